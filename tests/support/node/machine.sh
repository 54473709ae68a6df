#!/bin/sh
# Makes a node of a network, mount and process namespace that were just made: FOLDER CGROUP
# Nothing of it is seen outside but the cgroup, which whoever made the namespaces removes.
set -eu
folder=$1 cgroup=$2
address=10.99.0.1 cpus=64 kilobytes=$((512 * 1024 * 1024))

ip link set lo up
# A node's address may be none of the loopback interface.
ip link add node0 type bridge
ip address add "$address/24" dev node0
ip link set node0 up
# Without a route, connections to a Service's address end before iptables has seen them.
ip route add default via "$address" dev node0
echo 1 >/proc/sys/net/ipv4/ip_forward

for path in /run /var/log /var/lib/cni; do
    mkdir -p "$path"
    mount -t tmpfs tmpfs "$path"
done
resolver=$(readlink -f /etc/resolv.conf)
mkdir -p "$(dirname "$resolver")"
[ -e "$resolver" ] || : >"$resolver"
printf 'nameserver %s\noptions ndots:1\n' "$address" >"$folder/resolv.conf"
mount --bind "$folder/resolv.conf" "$resolver"

# The guide asks for more than this machine may have, so the kubelet is shown a bigger one.
sed "s/^MemTotal:.*/MemTotal: $kilobytes kB/" /proc/meminfo >"$folder/meminfo"
mount --bind "$folder/meminfo" /proc/meminfo
mkdir -p "$folder/cpu" "$folder/node/node0"
echo "0-$((cpus - 1))" | tee "$folder/cpu/online" "$folder/cpu/possible" "$folder/cpu/present" >"$folder/node/node0/cpulist"
echo 0 | tee "$folder/node/online" >"$folder/node/possible"
echo "Node 0 MemTotal: $kilobytes kB" >"$folder/node/node0/meminfo"
echo 10 >"$folder/node/node0/distance"
cpu=0
while [ "$cpu" -lt "$cpus" ]; do
    for path in "$folder/cpu/cpu$cpu/topology" "$folder/node/node0/cpu$cpu/topology"; do
        mkdir -p "$path"
        echo "$cpu" >"$path/core_id"
        echo 0 >"$path/physical_package_id"
    done
    cpu=$((cpu + 1))
done
mount --bind "$folder/cpu" /sys/devices/system/cpu
mount --bind "$folder/node" /sys/devices/system/node

# The kubelet would write the made-up CPUs where it finds none.
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*/; do
    [ -e "$hierarchy/cgroup.procs" ] || continue
    for path in "$hierarchy/$cgroup" "$hierarchy/$cgroup/kubepods"; do
        mkdir -p "$path"
        if [ -e "$hierarchy/cgroup.subtree_control" ]; then
            # Not every hierarchy may hand all of them on; the kubelet says which it misses.
            sed 's/[^ ][^ ]*/+&/g' "$hierarchy/cgroup.controllers" >"$path/cgroup.subtree_control" || true
        elif [ -e "$hierarchy/cpuset.cpus" ]; then
            cat "$hierarchy/cpuset.cpus" >"$path/cpuset.cpus"
            cat "$hierarchy/cpuset.mems" >"$path/cpuset.mems"
        fi
    done
done
