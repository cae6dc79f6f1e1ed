"""Uploads on their way in: what a large one leaves on disk can be read by nobody."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from federation.sealing.arriving import BLOCK, SealedUploadHandler, TooLarge

CANARY = b"500199199005242225"
IN_MEMORY, LIMIT = 64 * 1024, 3 * BLOCK


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE, settings.UPLOAD_LIMIT_BYTES = IN_MEMORY, LIMIT
    return settings.UPLOAD_FOLDER


def posted(*contents: bytes):
    """A request as it arrives with files, and the files that came out of it."""
    files = [SimpleUploadedFile(f"{n}.xlsx", data) for n, data in enumerate(contents)]
    request = RequestFactory().post("/", {"file": files})
    return request, request.FILES.getlist("file")


def on_disk(folder: Path) -> list[bytes]:
    """What this process has open below a folder, names or not."""
    found = []
    for handle in Path("/proc/self/fd").iterdir():
        try:
            is_there = os.readlink(handle).startswith(str(folder))
        except FileNotFoundError:
            continue
        if is_there:
            found.append(handle.read_bytes())
    return found


def long(size: int) -> bytes:
    """A personal number again and again."""
    return (CANARY * (size // len(CANARY) + 1))[:size]


@pytest.mark.parametrize("size", [0, 1, 1000, IN_MEMORY])
def test_a_small_file_stays_in_memory(folder, size):
    request, [file] = posted(long(size))
    assert (file.size, file.read()) == (size, long(size))
    assert on_disk(folder) == []
    request.close()


@pytest.mark.parametrize("size", [IN_MEMORY + 1, BLOCK - 1, BLOCK, BLOCK + 1, LIMIT])
def test_a_large_file_comes_back_as_it_was_and_is_sealed_on_disk(folder, size):
    request, [file] = posted(long(size))
    assert (file.size, file.read()) == (size, long(size))
    file.seek(size - 5)
    assert file.read() == long(size)[-5:]
    assert b"".join(file.chunks(7000)) == long(size)
    [kept] = on_disk(folder)
    assert CANARY not in kept
    assert list(folder.iterdir()) == [], "a file without a name is gone with the process"
    request.close()
    assert on_disk(folder) == []


def test_the_blocks_are_not_alike_where_their_content_is(folder):
    request, [file] = posted(bytes(2 * BLOCK))
    [kept] = on_disk(folder)
    assert len(kept) == 2 * (BLOCK + 16)
    assert kept[:BLOCK] != kept[BLOCK + 16 : 2 * BLOCK + 16]
    assert file.read() == bytes(2 * BLOCK)
    request.close()


def test_an_archive_is_opened_where_it_lies(folder):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.xlsx", long(2 * BLOCK))
    request, [file] = posted(held.getvalue())
    assert zipfile.ZipFile(file).read("a.xlsx") == long(2 * BLOCK)
    request.close()


def test_of_a_file_above_the_limit_nothing_is_kept_but_its_size(folder):
    request, [file] = posted(long(LIMIT + 1))
    assert file.size == LIMIT + 1
    assert on_disk(folder) == []
    with pytest.raises(TooLarge):
        file.read()
    request.close()


def test_many_files_share_the_room_in_memory(folder):
    half = IN_MEMORY // 2 + 1
    request, files = posted(long(half), long(half), long(100))
    assert [file.read() for file in files] == [long(half), long(half), long(100)]
    assert len(on_disk(folder)) == 1
    request.close()


def test_an_upload_that_is_cut_off_leaves_nothing(folder):
    handler = SealedUploadHandler()
    handler.new_file("file", "a.xlsx", "", None)
    handler.receive_data_chunk(long(BLOCK), 0)
    assert len(on_disk(folder)) == 1
    handler.upload_interrupted()
    assert on_disk(folder) == []


def test_a_file_that_follows_a_refused_one_is_read(folder):
    request, files = posted(long(LIMIT + 1), b"small")
    assert [file.size for file in files] == [LIMIT + 1, 5]
    assert files[1].read() == b"small"
    request.close()
