import pytest
from django.core.files.storage import FileSystemStorage

from shop.static_files import StaticFiles


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "shop.css").write_text('@import url("./tokens.css");\nbody { margin: 0; }\n')
    (folder / "tokens.css").write_text(":root { --ink: black; }\n")
    return folder


def collected(source, tmp_path):
    """The sheet that browsers get once everything is collected."""
    files = StaticFiles(location=str(tmp_path / "static"), base_url="/static/")
    storage = FileSystemStorage(str(source))
    names = [file.name for file in source.iterdir()]
    for name in names:
        if not files.exists(name):
            with storage.open(name) as file:
                files.save(name, file)
    list(files.post_process({name: (storage, name) for name in names}))
    with files.open(files.stored_name("shop.css")) as sheet:
        return sheet.read().decode()


def test_a_sheet_comes_with_its_imports_in_one_file(source, tmp_path):
    assert collected(source, tmp_path) == ":root { --ink: black; }\nbody { margin: 0; }\n"


def test_what_an_import_says_anew_is_collected_anew(source, tmp_path):
    collected(source, tmp_path)
    (source / "tokens.css").write_text(":root { --ink: navy; }\n")

    assert "navy" in collected(source, tmp_path)
