# shellcheck shell=bash
# What Debian has to bring: installed through apt, and only what is missing. Read by packaging/run.

# Qt without a display needs the first block; the second is for an X display, the third for Wayland,
# the last for printing.
run_packages=(
    ca-certificates libbrotli1 libdbus-1-3 libegl1 libfontconfig1 libfreetype6 libgl1 libglib2.0-0
    libgssapi-krb5-2 libx11-6 libxkbcommon0

    libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
    libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1
    libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0

    libwayland-client0 libwayland-cursor0 libwayland-egl1

    libcups2
)

# The tests start a keyring daemon on a bus of their own, an X server with real key events, the bus that a
# screen reader listens to, kill processes at chosen system calls, and compare signatures with openssl's.
test_packages=(
    at-spi2-core dbus gnome-keyring openssl procps strace xauth xdotool xvfb
)

# What takes longer also boots a small Debian in a container of systemd, made by debootstrap.
prove_packages=(
    debootstrap systemd-container util-linux
)

# need_system run|test|prove
need_system() {
    local wanted=("${run_packages[@]}") missing=()
    [ -z "${POS_CANCEL_NO_APT:-}" ] || return 0
    if [ "$1" != run ]; then wanted+=("${test_packages[@]}"); fi
    if [ "$1" = prove ]; then wanted+=("${prove_packages[@]}"); fi
    if ! command -v dpkg-query >/dev/null; then
        say "this is no Debian; if a library turns out to be missing, install what Debian calls: ${wanted[*]}"
        return 0
    fi
    if ! "$python" -c '' 2>/dev/null; then
        if ! find_python; then wanted+=(python3); fi
        if ! can_make_venv; then wanted+=(python3-venv); fi
    fi
    mapfile -t missing < <(not_installed "${wanted[@]}")
    if [ "${#missing[@]}" -gt 0 ]; then apt_install "${missing[@]}"; fi
}

# Prints those of the named packages that are not installed. Since 2024 some libraries carry "t64" in
# their name and answer to the old one.
not_installed() {
    local name installed
    installed=" $(dpkg-query --show --showformat='${db:Status-Status}:${Package}\n' "$@" "${@/%/t64}" 2>/dev/null |
        sed -n 's/^installed://p' | tr '\n' ' ' || true) "
    for name in "$@"; do
        case $installed in
            *" $name "* | *" ${name}t64 "*) ;;
            *) printf '%s\n' "$name" ;;
        esac
    done
}

apt_install() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
            say "these system packages are missing: $*"
            die "ask the administrator to run \"apt-get install $*\", then run this again."
        fi
        as_root=(sudo)
    fi
    say "installing ${#} system packages through apt: $*"
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
    "${as_root[@]}" update -qq ||
        say "apt could not fetch all of its lists; going on with those it has."
    "${as_root[@]}" install -qq --yes --no-install-recommends "$@" >&2 ||
        die "apt could not install them; its own words stand above. Mend that, or set POS_CANCEL_NO_APT=1 to go on without."
}
