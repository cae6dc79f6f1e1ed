"""What no page shows is not loaded: workers and commands begin without the desk."""

import subprocess
import sys

from tests.drills.installation import ROOT

LOADED = """
import sys, django
django.setup()
told = {"openpyxl", "pypinyin", "import_export.admin"} & set(sys.modules)
from django.contrib import admin
from django.core.checks import run_checks
bare = len(admin.site._registry)
run_checks(tags=["admin"])
print(sorted(told), bare, len(admin.site._registry) > 5)
"""


def test_a_process_without_pages_loads_no_desk_and_its_checks_still_meet_every_register():
    told = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split("\n")[0] == "[] 0 True"
