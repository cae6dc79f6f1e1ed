#!/usr/bin/env bash
# Install the bundle in an empty folder without a network, start everything on loopback, use it.
#   scripts/rehearse_install.sh [BUNDLE]      the newest in dist/ if left out
# Needs root (for a network of its own and a user) and, installed beforehand, nginx, PostgreSQL,
# Redis and openssl. Ends with 0 only if every step did what it must; leaves nothing behind.
set -euo pipefail
host=fulian.rehearsal user=portal-rehearsal
district=500101 village=500101017001

if [ "${1:-}" != --inside ]; then
  cd "$(dirname "$0")/.."
  bundle=${1:-$(find dist -name '*.tar.gz' -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2-)}
  [ -f "$bundle" ] || { echo "no bundle: run make bundle first"; exit 1; }
  missing=()
  for program in nginx redis-server redis-cli openssl unshare ip runuser setpriv; do
    PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null || missing+=("$program")
  done
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  [ "${#missing[@]}" = 0 ] || { echo "install beforehand: ${missing[*]}"; exit 1; }
  become=()
  [ "$(id -u)" = 0 ] || become=(sudo -n)
  exec "${become[@]}" unshare --net --mount "$PWD/scripts/rehearse_install.sh" --inside \
    "$(realpath "$bundle")" "$PWD/scripts/offline/smoke.py"
fi

bundle=$2 smoke=$3 started=$SECONDS
export PATH=$PATH:/usr/sbin:/sbin
scratch=$(mktemp -d)
chmod 755 "$scratch"
logs=$scratch/logs
mkdir "$logs"
pids=() made_user=0 step="beginning"
clean() {
  status=$?
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  sleep 1
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if [ "$status" != 0 ]; then
    echo "REHEARSAL FAILED at: $step"
    tail -n 15 "$logs"/* 2>/dev/null || true
  fi
  if [ "$made_user" = 1 ]; then
    # Children of a killed worker may outlive it, and a user with processes is not removed.
    pkill -KILL -u "$user" || true
    userdel --force "$user" 2>/dev/null || true
  fi
  rm -rf -- "$scratch"
  exit "$status"
}
trap clean EXIT
say() { step=$1; echo "== $1 ($((SECONDS - started)) s)"; }
wait_for() { for _ in $(seq 1 150); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done; echo "no answer: $*"; return 1; }

say "a machine without a network"
ip link set lo up
others=$(ip -o link | grep -cv ': lo:' || true)
[ "$others" = 0 ] || { echo "there is another network device than lo"; exit 1; }
printf '127.0.0.1 localhost %s %s\n' "$(hostname)" "$host" >"$scratch/hosts"
mount --bind "$scratch/hosts" /etc/hosts
mkdir -p /var/log/nginx "$scratch/nginx-logs"
mount --bind "$scratch/nginx-logs" /var/log/nginx

say "PostgreSQL and Redis, as Debian ships them"
postgres_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
mkdir "$scratch/pg" && chown postgres "$scratch/pg"
as_postgres() { (cd "$scratch" && setpriv --reuid postgres --regid postgres --clear-groups "$@"); }
as_postgres "$postgres_bin/initdb" -D "$scratch/pg" --auth-host=scram-sha-256 --auth-local=trust \
  --encoding=UTF8 --locale=C.UTF-8 >"$logs/initdb"
as_postgres "$postgres_bin/postgres" -D "$scratch/pg" -k "$scratch/pg" -c listen_addresses=127.0.0.1 \
  >"$logs/postgres" 2>&1 &
pids+=($!)
sql() { as_postgres "$postgres_bin/psql" -qAt -v ON_ERROR_STOP=1 -h "$scratch/pg" -d postgres -c "$1"; }
wait_for sql 'SELECT 1'
# A password with what shells and addresses trip over.
sql "CREATE ROLE portal LOGIN PASSWORD 'a b\$c@d/e%f'"
sql "CREATE DATABASE portal OWNER portal"
redis-server --bind 127.0.0.1 --dir "$scratch" --save '' >"$logs/redis" 2>&1 &
pids+=($!)
wait_for redis-cli ping

say "unpack and install"
tar -xzf "$bundle" -C "$scratch"
unpacked=$(find "$scratch" -maxdepth 1 -name 'womens-federation-portal-*')
root=$scratch/opt etc=$scratch/etc data=$scratch/data
mkdir -p "$etc/tls"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
  -keyout "$etc/tls/portal.key" -out "$scratch/portal.crt" 2>/dev/null
cp "$scratch/portal.crt" "$etc/tls/"
id -u "$user" >/dev/null 2>&1 || made_user=1
install_portal() {
  DATABASE_URL='postgresql://portal:a%20b%24c%40d%2Fe%25f@127.0.0.1:5432/portal' \
    REDIS_URL=redis://127.0.0.1:6379/0 "$unpacked/install.sh" --root "$root" --data "$data" \
    --etc "$etc" --backups "$scratch/backups" --user "$user" --host "$host"
}
install_portal
portal() { "$root/bin/portal" "$@"; }

say "doctor before anything runs: it must find what is missing"
if portal doctor >"$logs/doctor-before"; then echo "doctor was content"; exit 1; fi
grep -q '✗ 后台任务' "$logs/doctor-before"

say "web, worker and beat by the command lines of their units"
if command -v systemd-analyze >/dev/null; then systemd-analyze verify "$root"/systemd/portal-*.{service,timer}; fi
value() { sed -n "s/^$2=//p" "$root/systemd/portal-$1.service"; }
run_unit() {
  local settings line
  mapfile -t settings < <(grep -E '^[A-Za-z_]+=' "$(value "$1" EnvironmentFile)"; value "$1" Environment | sed "s/%H/$(hostname)/")
  read -ra line < <(value "$1" ExecStart)
  cd "$(value "$1" WorkingDirectory)"
  umask "$(value "$1" UMask)"
  exec env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "${settings[@]}" setpriv --reuid "$(value "$1" User)" \
    --regid "$(value "$1" Group)" --clear-groups "${line[@]}"
}
services=()
for unit in web worker beat; do
  (run_unit "$unit") >"$logs/$unit" 2>&1 &
  pids+=($!)
  services+=($!)
done
wait_for curl -sf http://127.0.0.1:8000/healthz

say "nginx with its file"
mkdir -p "$scratch/nginx"
cat >"$scratch/nginx.conf" <<NGINX
daemon off;
pid $scratch/nginx/pid;
error_log $logs/nginx;
events {}
http {
  include /etc/nginx/mime.types;
  client_body_temp_path $scratch/nginx/body;
  proxy_temp_path $scratch/nginx/proxy;
  fastcgi_temp_path $scratch/nginx/fastcgi;
  uwsgi_temp_path $scratch/nginx/uwsgi;
  scgi_temp_path $scratch/nginx/scgi;
  include $root/nginx.conf;
}
NGINX
nginx -t -c "$scratch/nginx.conf" 2>"$logs/nginx-test"
nginx -c "$scratch/nginx.conf" &
pids+=($!)
wait_for curl -sfk "https://$host/healthz"

say "keys on paper, the first accounts, a backup"
portal print_keys >/dev/null
portal create_account anran --name 安然 --role administrator --organisation 50 >/dev/null
told=$(portal create_account lanxin --name 兰心 --role district_officer --organisation "$district")
code=${told##*：}
(run_unit backup) >"$logs/backup" 2>&1
[ "$(find "$scratch/backups" -name manifest.json | wc -l)" = 1 ]

say "doctor: nothing at fault"
wait_for portal doctor
portal doctor
portal doctor --json >"$logs/doctor-json"
grep -q '"is_healthy": true' "$logs/doctor-json"

say "an officer's first morning, through nginx"
"$root/current/.venv/bin/python" "$smoke" "$host" "$scratch/portal.crt" lanxin "$code" "$district" "$village"
portal rebuild_coverage --verify >"$logs/verify"
head -c 3000000 /dev/zero | curl -sk --data-binary @- "https://$host/accounts/login/" | grep -q '文件太大'
if grep -r '?next=' /var/log/nginx/portal*.log; then echo "nginx logs what was asked for"; exit 1; fi

say "an import survives the services' end, a second run of install.sh keeps everything"
for pid in "${services[@]}"; do kill -TERM "$pid"; done
for pid in "${services[@]}"; do wait "$pid" || true; done
curl -sk "https://$host/" | grep -q '平台暂时打不开'
install_portal >"$logs/install-again"
grep -q '已有设置，原样保留' "$logs/install-again"
grep -q '已有单位，不再导入' "$logs/install-again"
portal show_coverage "$district" --json >"$logs/figures"
grep -q '"POS-01": {"numerator": 1,' "$logs/figures"

echo "rehearsal passed in $((SECONDS - started)) s"
