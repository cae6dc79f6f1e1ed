"""What members tell of themselves, beside the person."""

import django.db.models.deletion
from django.db import migrations, models

import federation.identity
import federation.sealing.fields

PRECISIONS = [("day", "日"), ("month", "月"), ("year", "年"), ("unknown", "不详")]


def precision():
    return models.CharField(blank=True, choices=PRECISIONS, default="day", max_length=8)


def text(label, length, **rest):
    return models.CharField(blank=True, max_length=length, verbose_name=label, **rest)


def sealed(label):
    return federation.sealing.fields.SealedField(blank=True, null=True, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [("cadres", "0007_add_volunteers")]

    operations = [
        migrations.CreateModel(
            name="Profile",
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("native_place", text("籍贯", 60)),
                ("party_on", models.DateField(blank=True, null=True, verbose_name="入党时间")),
                ("party_precision", precision()),
                ("work_on", models.DateField(blank=True, null=True, verbose_name="参加工作时间")),
                ("work_precision", precision()),
                ("school", text("毕业院校及专业", 120)),
                ("degree", text("学位", 40)),
                ("title", text("职称", 60)),
                ("employer", text("工作单位及职务", 120)),
                ("deputy", text("人大代表、政协委员", 120)),
                ("skills", text("特长", 300)),
                ("wishes", text("服务意愿", 500)),
                ("address", sealed("家庭住址")),
                ("address_digest", models.BinaryField(editable=False, max_length=32, null=True)),
                ("address_masked", text("家庭住址", 20, editable=False)),
                ("resume", sealed("个人简历")),
                ("resume_digest", models.BinaryField(editable=False, max_length=32, null=True)),
                ("resume_masked", text("个人简历", 20, editable=False)),
                (
                    "batch",
                    models.UUIDField(editable=False, null=True, verbose_name="导入批次"),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="profile",
                        to="cadres.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={"verbose_name": "信息采集表", "verbose_name_plural": "信息采集表"},
        ),
    ]
