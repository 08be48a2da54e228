import sys


def main() -> int:
    try:
        from shop.launch.run import Trouble, run  # noqa: PLC0415 - a missing package is told below

        run()
    except ModuleNotFoundError as missing:
        return sorry(f"The package {missing.name} is not installed; `make run` installs it.")
    except Trouble as trouble:
        return sorry(str(trouble))
    except OSError as error:
        return sorry(f"Cannot use {error.filename or 'this machine'}: {error.strerror or error}.")
    except KeyboardInterrupt:
        return 130
    return 0


def sorry(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
