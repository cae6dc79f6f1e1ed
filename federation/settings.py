"""Settings of the portal: what differs between installations comes from the environment."""

from pathlib import Path

from celery.schedules import crontab

from federation.environment import database, env_bool, env_int, env_list, env_str
from federation.installation import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env_str("VAR_DIR", str(BASE_DIR / "var"))).absolute()
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_str("SECRET_KEY", secret_key(VAR_DIR))
# The demo marker is a file made by the demo's own set-up: a copied environment cannot turn a
# real installation into a demo.
DEMO_MARKER = VAR_DIR / "demo-marker"
FIELD_KEYS_FILE = Path(env_str("FIELD_KEYS_FILE", str(VAR_DIR / "keys" / "field-keys.json")))
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])

SITE_NAME = env_str("SITE_NAME", "重庆市妇联")
SITE_TITLE = env_str("SITE_TITLE", "组织工作平台")
SITE_FILING = env_str("SITE_FILING", "")
MAP_APPROVAL = env_str("MAP_APPROVAL", "")

ORGANISATION_MODEL = "orgs.Organisation"
AUTH_USER_MODEL = "access.User"
# Apps of others come from the environment: EXTRA_APPS=trainings,visits (docs/extending.md).
DOMAIN_APPS = ["orgs", "cadres", "homes", "funding", "accounts", *env_list("EXTRA_APPS", [])]
PLATFORM_APPS = [
    "federation.sealing",
    "federation.audit",
    "federation.access",
    "federation.tokens",
    "federation.jobs",
    "federation.exchange",
    "federation.coverage",
    "federation.registers",
    "federation.dashboards",
    "federation.doctor",
]
INSTALLED_APPS = [
    "federation.desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    *PLATFORM_APPS,
    *DOMAIN_APPS,
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "federation.access.middleware.SessionLimits",
    "federation.tokens.middleware.TokenAccess",
    "federation.access.middleware.RouteAccess",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "federation.urls"
WSGI_APPLICATION = "federation.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "federation.registers.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database(env_str("DATABASE_URL", f"sqlite:///{VAR_DIR}/portal.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_str("REDIS_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "cache"),
    },
    # What must leave the process neither for a disk nor for a server shared with others.
    "process": {
        "BACKEND": "federation.bulk.memory.ProcessMemory",
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

BROKER_FOLDER = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT = None if REDIS_URL else "federation.jobs.spool:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 1800, "unacked_restore_interval": 1}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_FOLDER / "queue"),
        "data_folder_out": str(BROKER_FOLDER / "queue"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "polling_interval": 0.2,
    }
)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-overdue-jobs": {"task": "jobs.sweep", "schedule": 10.0},
    "verify-and-rebuild": {
        "task": "coverage.nightly",
        "schedule": crontab(hour="1", minute="30"),
    },
    "freeze-last-month": {
        "task": "coverage.month_end",
        "schedule": crontab(day_of_month="1", hour="0", minute="20"),
    },
    "expire-imports": {"task": "exchange.expire", "schedule": crontab(hour="3", minute="10")},
}
JOB_LEASE_SECONDS = env_int("JOB_LEASE_SECONDS", default=60, least=2)
# Set by the supervisor: names the slot of its one worker, so that a restart takes over at once.
JOB_HOLDER = env_str("JOB_HOLDER", "")

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "demo.backends.DemoAccountsStayInTheDemo",
    "federation.access.backends.NameOrPhoneBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "access:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "access:login"
SESSION_ENGINE = "federation.access.sessions"
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", default=12, least=1) * 3600
SESSION_IDLE_SECONDS = env_int("SESSION_IDLE_MINUTES", default=60, least=5) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
HTTPS = env_bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Supervisors and balancers ask for health over plain HTTP on the machine itself.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
# A town office shares one address: the account is locked, and the address only together with it.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "federation.access.throttles.lock_name"
AXES_CLIENT_IP_CALLABLE = "federation.audit.addresses.client_address"
AXES_DISABLE_ACCESS_LOG = True
TRUSTED_PROXIES = env_list("TRUSTED_PROXIES", [])
REVEALS_PER_DAY = env_int("REVEALS_PER_DAY", default=30, least=1)
LOOKUPS_PER_HOUR = env_int("LOOKUPS_PER_HOUR", default=60, least=1)
AXES_LOCKOUT_CALLABLE = "federation.access.views.locked_out"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UPLOAD_FOLDER = VAR_DIR / "uploads"
# Where the nightly backups lie, for the doctor to look at; "" when there are none.
BACKUP_FOLDER = env_str("BACKUP_FOLDER", "")
UPLOAD_LIMIT_BYTES = 40 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# What a request brings beyond this lies on disk, sealed: a temporary file would hold it open.
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["federation.sealing.arriving.SealedUploadHandler"]
# As many as a collection takes, and some more, so that its form can say that there are too many.
DATA_UPLOAD_MAX_NUMBER_FILES = 300

API_REQUESTS_PER_MINUTE = env_int("API_REQUESTS_PER_MINUTE", default=600, least=1)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "federation.registers.api.admission.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "federation.access.permissions.RoutePermission",
        "federation.registers.api.admission.TokenReads",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["federation.registers.api.admission.Rate"],
    "DEFAULT_THROTTLE_RATES": {"api": f"{API_REQUESTS_PER_MINUTE}/min"},
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "federation.registers.api.schema.RoomSchema",
    "EXCEPTION_HANDLER": "federation.registers.api.mistakes.explained",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
# What somebody typed into a register must not become a formula in a spreadsheet.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_TITLE,
    "DESCRIPTION": "只读接口：名册和统计数据，范围和脱敏与页面相同。",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "federation.registers.api.schema.leave_fields_open",
    ],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "token": {"type": "apiKey", "in": "header", "name": "Authorization"},
            "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE_NAME},
        }
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_str("LOG_LEVEL", "WARNING")},
    "loggers": {"federation": {"level": "INFO"}},
}
