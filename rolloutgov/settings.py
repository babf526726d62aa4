"""The only settings. What differs between machines comes from the environment; docs/operations.md lists it."""

from typing import Any
from urllib.parse import urlsplit

from rolloutgov import environment as env

DATA_DIR = env.data_dir()
SERVICES = env.running_services()

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or env.stored_secret(DATA_DIR / "secret_key")
# Ed25519 private key (PEM) that signs checkpoints and backups; made on first use.
SIGNING_KEY_FILE = env.text("SIGNING_KEY_FILE", str(DATA_DIR / "signing_key.pem"))
TRUSTED_KEYS = env.fingerprints("TRUSTED_KEYS")

# Where people reach the application. An https address turns on secure cookies and HSTS.
BASE_URL = env.text("BASE_URL", f"http://{env.text('HOST', '127.0.0.1')}:{env.number('PORT', 8000)}").rstrip("/")
SECURE = BASE_URL.startswith("https://")
PROXY_COUNT = env.number("PROXY_COUNT", 0)
_ours = urlsplit(BASE_URL).hostname or "localhost"
ALLOWED_HOSTS = [_ours, "localhost", "127.0.0.1", "[::1]", *env.words("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS") or ([BASE_URL] if SECURE else [])

ROOT_URLCONF = "rolloutgov.urls"
WSGI_APPLICATION = "rolloutgov.wsgi.application"
AUTH_USER_MODEL = "pilots.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "pilots.apps.PilotsConfig",
    "feedback.apps.FeedbackConfig",
    "governance.apps.GovernanceConfig",
    "rolloutgov.apps.RolloutGovConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "rolloutgov.logs.RequestLogMiddleware",
    "rolloutgov.security.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # with padding of random length, against guessing by size
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "rolloutgov.reader.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pilots.views.refusals.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rolloutgov.navigation.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database: the application's role, or the owner's where structure changes (manage.py and the launcher choose).
DATABASE_URL = env.text("DATABASE_URL") or SERVICES.get("database", "postgresql://127.0.0.1:5432/rolloutgov")
DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL") or (
    DATABASE_URL if env.text("DATABASE_URL") else SERVICES.get("database_owner", DATABASE_URL)
)
DATABASES = {"default": env.database(DATABASE_OWNER_URL if env.text("DATABASE_ROLE") == "owner" else DATABASE_URL)}

# Broker and cache. The cache falls back to the process's own memory while Redis does not answer.
REDIS_URL = env.text("REDIS_URL") or SERVICES.get("redis", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "rolloutgov.cache.SurvivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "rolloutgov",
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "health_check_interval": 10},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120  # below visibility_timeout: a task is never given out twice while it runs
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": "rolloutgov:",
    "visibility_timeout": 300,
    "socket_timeout": 5 if env.text("PROCESS") in {"worker", "beat"} else 0.3,
    "socket_connect_timeout": 0.3,
    "health_check_interval": 10,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
# From the web a broker that is down or hangs costs a request at most half a second; the sweeps find the work.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0}

# Files. Uploads lie outside the web root and leave only through checked views.
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(DATA_DIR / "static"))
STATICFILES_DIRS = [path for path in [env.ROOT / "static"] if path.is_dir()]
MEDIA_ROOT = env.text("MEDIA_ROOT", str(DATA_DIR / "media"))
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "rolloutgov.stylesheets.JoinedStylesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
# Compressing each file once, and no map that only a debugger asks for, makes the first start 20 s shorter.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "gif", "jpg", "webp", "gz", "br", "woff", "woff2", "ico"]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
EVIDENCE_MAX_BYTES = 25 * 1024 * 1024
ATTACHMENT_MAX_BYTES = 5 * 1024 * 1024
# The fields of a form; files are counted by their own limits. The longest text has 20,000 characters, which take up to
# 12 bytes each as a browser sends them: with all fields at their limits no form comes near it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# The grid of a workload is one form (pilots.views.workload); the limit above bounds what any form can cost.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000
FILE_UPLOAD_HANDLERS = [
    "feedback.open_door.OpenDoorUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Texts of flags that were closed so long ago are erased, counts stay; 0 keeps them. A pilot may say less, never more.
RETENTION_MONTHS = env.number("RETENTION_MONTHS", 24)

# Cookies and transport
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT")  # a proxy usually does it
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 365 * 86400) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE and env.flag("HSTS_SUBDOMAINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # other names under the same domain are not ours to force onto https
    "security.W008",  # the proxy redirects to https
    "security.W021",  # nor to preload
]

# Sign-in: by e-mail; nobody signs up, people are invited.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
ACCOUNT_ADAPTER = "rolloutgov.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# The invitation reached the address, and nobody can change it alone: rolloutgov.urls leaves allauth's e-mail page out.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Wrong passwords from one network address, and for one account from it; rolloutgov.sign_in adds one for all addresses.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[RolloutGov] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "RolloutGov"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
# Identity providers: a JSON list of {provider_id, name, client_id, secret, settings: {server_url}}.
OIDC_PROVIDERS = env.providers("OIDC_PROVIDERS")
SOCIALACCOUNT_ADAPTER = "rolloutgov.providers.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": OIDC_PROVIDERS}}
SOCIALACCOUNT_LOGIN_ON_GET = False
# A provider that the organisation chose proves the address of somebody who was invited under it.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
CSP_FORM_ACTIONS = [env.origin(app["settings"]["server_url"]) for app in OIDC_PROVIDERS] + env.words("CSP_FORM_ACTIONS")

# Mail
vars().update(env.email(env.text("EMAIL_URL"), DATA_DIR))
# Where none leaves, whoever invites hands the link over, and the address counts as unproven (docs/decisions).
SENDS_MAIL = env.sends_mail(env.text("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "RolloutGov <rolloutgov@localhost>")

# Webhooks go to public addresses over https. On: also to this machine, over http, to try one out.
WEBHOOKS_TO_LOOPBACK = env.flag("WEBHOOKS_TO_LOOPBACK")

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "pilots.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "pilots.api.authentication.HasScope",
    ],
    "DEFAULT_PARSER_CLASSES": ["pilots.api.parsers.PlainJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "pilots.api.pages.Pages",
    "DEFAULT_SCHEMA_CLASS": "pilots.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "pilots.api.problems.problem_details",
    "PAGE_SIZE": 50,
    "NUM_PROXIES": PROXY_COUNT,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "RolloutGov",
    "DESCRIPTION": "Pilots, governance questions, gates and flags: what the pages do, through the same actions.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "none",
        "persistAuthorization": False,
        "validatorUrl": None,
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "pilots.api.schema.describe_problems",
        "rolloutgov.api_examples.show_bodies",
    ],
    # Where fields of one name have different choices, or one set of choices goes by several names.
    "ENUM_NAME_OVERRIDES": {
        "StressorKindEnum": "pilots.models.stress.Stressor.Kind",
        "UseCaseKindEnum": "pilots.models.scope.UseCase.Kind",
        "BlindSpotKindEnum": "pilots.models.measuring.BlindSpot.Kind",
        "IntegrationPointKindEnum": "pilots.models.integration.IntegrationPoint.Kind",
        "RoleEnum": "pilots.models.membership.ROLE_CHOICES",
        "OrganisationRoleEnum": "pilots.models.membership.ORGANISATION_ROLE_CHOICES",
        "PhaseEnum": "pilots.models.phase.PhaseKind",
        "PilotStateEnum": "pilots.models.pilot.Pilot.State",
        "ItemStateEnum": "governance.models.item.Item.State",
        "GateStateEnum": "governance.models.gate.Gate.State",
        "AnswerKindEnum": "governance.models.answer.Answer.Kind",
        "SignOffDecisionEnum": "governance.models.sign_off.SignOff.Decision",
        "FlagStateEnum": "feedback.models.flag.Flag.State",
        "FlagCategoryEnum": "feedback.api.flags.CATEGORIES",
        "FlagSeverityEnum": "feedback.models.flag.SEVERITY_CHOICES",
        "WebhookEventEnum": "pilots.models.webhook.WebhookEvent",
        "FlagResolutionEnum": "feedback.models.flag.Flag.Resolution",
        "EscalationDecisionEnum": "feedback.models.escalation.Escalation.Decision",
        "BarrierKindEnum": "feedback.models.people.Barrier.Kind",
        "DrillKindEnum": "feedback.models.drill.Drill.Kind",
        "BatchKindEnum": "pilots.models.evidence.Batch.Kind",
        "BatchStateEnum": "pilots.models.evidence.Batch.State",
        "StageStateEnum": "pilots.models.stage.Stage.State",
        "CriterionMetricEnum": "pilots.models.stage.Criterion.Metric",
        "ForecastStateEnum": "pilots.models.forecast.Forecast.State",
        "ForecastOfEnum": "pilots.models.forecast.ForecastFigure.Of",
        "PatternActionEnum": "feedback.models.pattern.Pattern.Action",
        "DesignChoiceEnum": "governance.models.design.CHOICES",
        "ReviewActionEnum": "feedback.api.reviews.ACTIONS",
    },
}

# Operations
METRICS_TOKEN = env.text("METRICS_TOKEN")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "rolloutgov.logs.JsonFormatter"}},
    "filters": {"without_traceback": {"()": "rolloutgov.logs.WithoutTraceback"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.security.DisallowedHost": {"filters": ["without_traceback"]},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "celery.beat": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
