# shellcheck shell=bash
# The virtual environment: .venv at the top of the checkout, with exactly the locked dependencies.
# Read by packaging/run.

oldest_python="3.11"
base_python=""
# Other people's clients for the interoperation tests.
peers="$root/packaging/peers.lock"

# Sets base_python to the first interpreter on this machine that is new enough.
find_python() {
    local candidate
    [ -z "$base_python" ] || return 0
    for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            base_python=$candidate
            return 0
        fi
    done
    return 1
}

# Debian leaves ensurepip out of python3.
can_make_venv() {
    find_python && "$base_python" -c 'import ensurepip, venv' 2>/dev/null
}

# What .venv has to match: its place, its interpreter, and the files that say what belongs into it.
fingerprint() {
    local kind=$1
    local locks=("$root/packaging/requirements.lock")
    [ "$kind" = run ] || locks=("$root/packaging/requirements-dev.lock" "$peers")
    printf '%s\n' "$kind" "$root" "$("$python" -V 2>&1)"
    cat -- "${locks[@]}" "$root/pyproject.toml" | sha256sum
}

# need_environment run|test
need_environment() {
    local kind=$1 stamp
    if [ -f "$root/.venv/.stamp" ] && "$python" -c '' 2>/dev/null; then
        stamp=$(<"$root/.venv/.stamp")
        # An environment for tests can run the product too.
        if [ "$stamp" = "$(fingerprint test)" ] || [ "$stamp" = "$(fingerprint "$kind")" ]; then return 0; fi
    fi
    make_venv
    fill_venv "$kind"
    fingerprint "$kind" >"$root/.venv/.stamp"
}

# A .venv that was moved or whose interpreter is gone is made anew; a sound one is only brought up to date.
make_venv() {
    if "$python" -m pip --version >/dev/null 2>&1 && lives_here; then return 0; fi
    find_python || die "Python $oldest_python or newer is needed and was not found. Install it and run this again."
    say "making the virtual environment .venv with $("$base_python" -V 2>&1)"
    "$base_python" -m venv --clear -- "$root/.venv" ||
        die "the virtual environment could not be made; on Debian, apt-get install python3-venv helps."
}

# The scripts in .venv/bin name the folder they were made in, and so does the first line of its history.
lives_here() {
    case $(sed -n 's/^command = //p' "$root/.venv/pyvenv.cfg") in
        *" $root/.venv") ;;
        *) return 1 ;;
    esac
}

fill_venv() {
    local lock="$root/packaging/requirements.lock"
    [ "$1" = run ] || lock="$root/packaging/requirements-dev.lock"
    say "installing the locked dependencies (some 100 MB the first time)"
    pip install --require-hashes --only-binary :all: --requirement "$lock"
    pip install --no-deps --no-build-isolation --no-index --editable "$root"
    [ "$1" = run ] || fetch_peers
}

# They stand beside the locked packages, not among them, so that nothing of ours can come to need them.
fetch_peers() {
    rm -rf -- "$root/.venv/peers"
    pip install --require-hashes --only-binary :all: --no-deps --target "$root/.venv/peers" --requirement "$peers"
}

pip() {
    "$python" -m pip --quiet --disable-pip-version-check --no-input "$@" >&2 ||
        die "pip could not finish; its own words stand above. Without a network, a folder of wheels in PIP_FIND_LINKS will do."
}
