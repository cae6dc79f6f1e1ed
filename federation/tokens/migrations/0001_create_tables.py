import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import federation.identity


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_add_roles"),
        ("orgs", "0001_create_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bearer",
            fields=[],
            options={
                "verbose_name": "令牌使用者",
                "verbose_name_plural": "令牌使用者",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("access.user",),
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.UUIDField(
                        default=federation.identity.uuid7, editable=False, unique=True
                    ),
                ),
                ("purpose", models.CharField(max_length=60, verbose_name="用途")),
                ("parts", models.JSONField(default=list, verbose_name="可以读取")),
                ("code_digest", models.BinaryField(max_length=32, unique=True)),
                ("ending", models.CharField(editable=False, max_length=4, verbose_name="末四位")),
                (
                    "made_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="创建时间"
                    ),
                ),
                ("expires_on", models.DateField(verbose_name="有效期至")),
                (
                    "revoked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="撤销时间"),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="最近使用"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                        verbose_name="组织",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="所属账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "接口令牌",
                "verbose_name_plural": "接口令牌",
            },
        ),
    ]
