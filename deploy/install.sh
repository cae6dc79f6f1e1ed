#!/usr/bin/env bash
# Install the portal from the unpacked bundle, without internet. Running it again upgrades.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
用法：[DATABASE_URL=…] [REDIS_URL=…] ./install.sh --host 域名 [选项]

  --host 名称        平台的域名或地址，多个用逗号隔开（首次安装必填）
  --root 文件夹      程序装在哪里，默认 /opt/portal
  --data 文件夹      数据和上传的文件，默认 /var/lib/portal
  --etc 文件夹       设置和密钥，默认 /etc/portal
  --backups 文件夹   备份，默认 /var/backups/portal，最好是另一块盘
  --user 用户        运行平台的用户，默认 portal；没有就新建（需要 root）
  --python 程序      Python 3.11 的位置，默认自动查找
  --divisions 文件   行政区划，默认自带的重庆市；none 表示先不导入
  --site-name 名称   页眉的单位名称
  --certificate 文件、--certificate-key 文件   nginx 用的证书和私钥
  --no-https         不用 HTTPS（只用于试装）
  --systemd          把服务装进 /etc/systemd/system
  --help             显示这些说明

DATABASE_URL  例如 postgresql://portal:口令@127.0.0.1:5432/portal；不设则用 SQLite 文件
REDIS_URL     例如 redis://127.0.0.1:6379/0；不设则用文件夹作队列
两者写成环境变量，口令就不会出现在进程列表里。再次运行就是升级，已有的设置和数据不变。
TEXT
}

say() { printf '%s\n' "$*"; }
step() { current=$1; say "== $1"; }
stop() { say "没有安装：$1" >&2; [ $# -lt 2 ] || say "    → $2" >&2; trap - ERR; exit 1; }
current="准备"
trap 'say "安装没有完成，停在“$current”。排除上面的问题后，再运行一次即可。" >&2' ERR

root=/opt/portal data=/var/lib/portal etc=/etc/portal backups=/var/backups/portal
user=portal python="" host="" divisions="" site_name="" https=1 systemd=0
certificate="" certificate_key=""
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit 0 ;;
    --no-https) https=0; shift; continue ;;
    --systemd) systemd=1; shift; continue ;;
    --root | --data | --etc | --backups | --user | --python | --host | --divisions | \
      --site-name | --certificate | --certificate-key) ;;
    *) stop "不认识选项 $1。" "请看 ./install.sh --help" ;;
  esac
  [ $# -ge 2 ] || stop "选项 $1 后面缺少内容。" "请看 ./install.sh --help"
  name=${1#--}
  printf -v "${name//-/_}" '%s' "$2"
  shift 2
done
certificate=${certificate:-$etc/tls/portal.crt} certificate_key=${certificate_key:-$etc/tls/portal.key}
settings=$etc/portal.env

step "检查选项和安装包"
for path in "$root" "$data" "$etc" "$backups" "$certificate" "$certificate_key"; do
  [[ $path =~ ^/[A-Za-z0-9._/-]+$ ]] || stop "路径 $path 不能用。" "请用以 / 开头的完整路径，只含字母、数字和 . _ -。"
done
[[ $user =~ ^[a-z_][a-z0-9_-]*$ ]] || stop "用户名 $user 不能用。" "请用小写字母开头，只含小写字母、数字和 - _。"
if [ ! -f "$settings" ]; then
  [[ $host =~ ^[A-Za-z0-9.,:_-]+$ ]] || stop "没有写平台的域名或地址。" "请加上 --host，例如 --host fulian.example.cn"
fi
for text in "${DATABASE_URL:-}" "${REDIS_URL:-}" "$site_name"; do
  [[ $text != *$'\n'* ]] || stop "DATABASE_URL、REDIS_URL 和单位名称都只能有一行。"
done
[ -f "$here/bundle.env" ] || stop "这里不是完整的安装包。" "请重新解包，在解出的文件夹里运行。"
# shellcheck source=/dev/null
. "$here/bundle.env"
(cd "$here" && sha256sum --quiet --strict -c SHA256SUMS >&2) || stop "安装包里有文件损坏。" "请重新复制安装包，并核对它的 SHA-256。"

step "检查这台机器"
machine=$(uname -m)
[[ " $MACHINES " == *" $machine "* ]] || stop "这台机器是 $machine，安装包只支持 $MACHINES。"
glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | awk '{print $2}')
if [ "$(printf '%s\n' "$GLIBC" "${glibc:-0}" | sort -V | head -n 1)" != "$GLIBC" ]; then
  stop "系统的 glibc 是 ${glibc:-未知}，需要 $GLIBC 以上。" "请换用较新的系统，例如 Debian 12。"
fi
fits='import sys, venv, ssl, sqlite3, zoneinfo; zoneinfo.ZoneInfo("Asia/Shanghai"); sys.exit("%d.%d" % sys.version_info[:2] not in sys.argv[1].split())'
if [ -z "$python" ]; then
  # The system's own first: one in somebody's home is closed to the portal's user.
  for version in $PYTHONS; do
    for candidate in "/usr/bin/python$version" /usr/bin/python3 "python$version" python3; do
      if command -v "$candidate" >/dev/null && "$candidate" -c "$fits" "$PYTHONS" 2>/dev/null; then
        python=$(command -v "$candidate")
        break 2
      fi
    done
  done
fi
[ -n "$python" ] || stop "找不到 Python $PYTHONS。" "请从系统安装盘安装 python3（要带 sqlite3、ssl 和 tzdata），或用 --python 写明位置。"
"$python" -c "$fits" "$PYTHONS" || stop "$python 不能用：要 Python $PYTHONS，带 sqlite3、ssl 和时区数据（tzdata）。"
say "Python：$python；机器：$machine"
if command -v systemctl >/dev/null && systemctl is-active --quiet portal-web 2>/dev/null; then
  stop "平台正在运行。" "请先备份（systemctl start portal-backup），再停止：systemctl stop portal-web portal-worker portal-beat"
fi

step "用户和文件夹"
if ! id -u "$user" >/dev/null 2>&1; then
  [ "$(id -u)" = 0 ] || stop "没有用户 $user。" "请用 root 运行，或用 --user 写一个已有的用户。"
  useradd --system --user-group --home-dir "$data" --no-create-home --shell "$(command -v nologin || echo /bin/false)" "$user"
fi
group=$(id -gn "$user")
if [ "$(id -u)" != 0 ] && [ "$(id -un)" != "$user" ]; then
  stop "您是 $(id -un)，不能替用户 $user 安装。" "请用 root 运行，或写 --user $(id -un)。"
fi
as_user() { if [ "$(id -un)" = "$user" ]; then "$@"; else runuser -u "$user" -- "$@"; fi; }
(cd / && as_user "$python" -c pass 2>/dev/null) || stop "用户 $user 不能运行 $python。" "请安装系统自带的 Python，例如 /usr/bin/python3.11，或用 --python 写明另一个。"
own() { if [ "$(id -u)" = 0 ]; then chown "$@"; fi; }
mkdir -p "$root/releases" "$root/bin" "$data" "$etc/keys" "$backups"
chmod 755 "$root" "$root/releases" "$root/bin"
own root:"$group" "$etc" && chmod 750 "$etc"
for folder in "$data" "$etc/keys" "$backups"; do
  own "$user:$group" "$folder"
  chmod 700 "$folder"
done

release=$root/releases/$VERSION
if [ -f "$release/.complete" ]; then
  say "版本 $VERSION 的程序已经装好。"
else
  step "程序 $VERSION"
  rm -rf -- "$release"
  mkdir "$release"
  cp -R "$here/product/." "$release/"
  chmod -R u=rwX,go=rX "$release"
  step "程序组件（约半分钟）"
  "$python" -m venv --without-pip "$release/.venv"
  pip=$(printf '%s\n' "$here"/wheels/pip-*.whl | head -n 1)
  # Settings of pip on this machine must not lead it to the internet or to other versions.
  env -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u PIP_FIND_LINKS -u PIP_CONSTRAINT \
    PIP_CONFIG_FILE=/dev/null "$release/.venv/bin/python" "$pip/pip" install \
    --isolated --quiet --disable-pip-version-check --no-cache-dir --no-index \
    --find-links "$here/wheels" --require-hashes -r "$release/requirements.txt"
  "$release/.venv/bin/python" -m compileall -q "$release/federation" "$release"/[a-z]*/ >/dev/null || true
  chmod -R go=rX "$release"
  touch "$release/.complete"
fi

step "设置 $settings"
if [ -f "$settings" ]; then
  say "已有设置，原样保留。"
else
  draft=$(mktemp "$etc/.portal.env.XXXXXX")
  {
    say "DATABASE_URL=${DATABASE_URL:-sqlite:///$data/portal.sqlite3}"
    say "REDIS_URL=${REDIS_URL:-}"
    say "VAR_DIR=$data"
    say "FIELD_KEYS_FILE=$etc/keys/field-keys.json"
    say "BACKUP_FOLDER=$backups"
    say "ALLOWED_HOSTS=$host,127.0.0.1,localhost"
    say "HTTPS=$https"
    say "TRUSTED_PROXIES=127.0.0.1"
    [ -z "$site_name" ] || say "SITE_NAME=$site_name"
  } >"$draft"
  own root:"$group" "$draft"
  chmod 640 "$draft"
  mv "$draft" "$settings"
fi
has_redis=$(grep -c '^REDIS_URL=.' "$settings" || true)
names=$(sed -n 's/^ALLOWED_HOSTS=//p' "$settings" | tr ',' '\n' | grep -vxE '127\.0\.0\.1|localhost|' | paste -sd' ')

step "命令、服务和 nginx 的文件"
pool="-P solo"
[ "$has_redis" = 0 ] || pool="-P prefork -c 2"
render() {
  sed -e "s|@ROOT@|$root|g" -e "s|@DATA@|$data|g" -e "s|@ENV@|$settings|g" -e "s|@USER@|$user|g" \
    -e "s|@GROUP@|$group|g" -e "s|@BACKUPS@|$backups|g" -e "s|@POOL@|$pool|g" \
    -e "s|@SERVER_NAME@|${names:-_}|g" -e "s|@CERTIFICATE@|$certificate|g" \
    -e "s|@CERTIFICATE_KEY@|$certificate_key|g" "$1" >"$2"
}
for command in portal portal-backup; do
  render "$release/deploy/$command" "$root/bin/$command"
  chmod 755 "$root/bin/$command"
done
mkdir -p "$root/systemd"
for unit in "$release"/deploy/systemd/*; do render "$unit" "$root/systemd/$(basename "$unit")"; done
render "$release/deploy/nginx.conf" "$root/nginx.conf"
render "$release/deploy/nginx-proxy.conf" "$root/nginx-proxy.conf"
if [ "$systemd" = 1 ]; then
  install -m 644 "$root"/systemd/* /etc/systemd/system/
  systemctl daemon-reload
fi

portal() { PORTAL_RELEASE=$release "$root/bin/portal" "$@"; }
step "数据库"
portal migrate --verbosity 0
ln -sfn "releases/$VERSION" "$root/current.new" && mv -T "$root/current.new" "$root/current"
if [ "$divisions" != none ]; then
  step "行政区划"
  if [ -z "$divisions" ]; then divisions=$release/orgs/data/50_chongqing.csv.gz; fi
  if [ "$(portal shell --verbosity 0 -c 'from orgs.models import Organisation; print(Organisation.objects.exists())')" = True ]; then
    say "已有单位，不再导入。"
  else
    portal load_divisions "$divisions"
    portal rebuild_coverage >/dev/null
  fi
fi

trap - ERR
cat <<TEXT

已装好平台 $VERSION。接下来：

1. 密钥：身份证号和电话用 $etc/keys/field-keys.json 加密，丢了就打不开。
   现在打印，存入保险柜：  $root/bin/portal print_keys
2. 第一个账号（打印一次性登录码）：
   $root/bin/portal create_account 用户名 --name 姓名 --role administrator --organisation 单位编号
3. 证书放到 $certificate 和 $certificate_key，再启用 nginx：
   ln -s $root/nginx.conf /etc/nginx/conf.d/portal.conf && nginx -t && systemctl reload nginx
4. 启动：  systemctl enable --now portal-web portal-worker portal-beat portal-backup.timer
   （没有用 --systemd 时，先把 $root/systemd/ 里的文件复制到 /etc/systemd/system/）
5. 一分钟后检查：  $root/bin/portal doctor
TEXT
