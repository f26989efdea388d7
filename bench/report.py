#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py DIR BASE: what scripts/bench has collected in DIR, as bench/RESULTS.md and as data for the plots."""
import collections, datetime, os, subprocess, sys

folder, base = sys.argv[1:]
KEYS = {'volume': 2, 'wildcard': 2, 'walk': 2, 'memory': 3, 'add': 3, 'remove': 3, 'used-first': 3, 'used-both': 3,
        'pressure-first': 3, 'pressure-both': 3, 'first-scan': 1, 'command': 1, 'wait': 1, 'instructions': 1, 'boot': 0}
HZS = ('250', '1000')


def read(name):
    tables = collections.defaultdict(dict)
    for line in open(os.path.join(folder, name)):
        table, *words = line.split()
        n = KEYS[table]
        tables[table][tuple(words[:n])] = words[n:]
    return tables


data = {(side, hz): read(f'{side}-{hz}') for hz in HZS for side in ('base', 'series')}


def time(ns):
    ns = float(ns)
    for unit, size in (('h', 3600e9), ('s', 1e9), ('ms', 1e6), ('us', 1e3)):
        if ns >= 0.9995 * size:  # 1000 with three digits is 1 of the next unit
            return f'{ns / size:.3g} {unit}'
    return f'{ns:.3g} ns'


def spread(times):
    """The median, and the least and the most."""
    return '{} ({} … {})'.format(*map(time, times))


def ratio(a, b):
    return f'{float(b) / float(a):.2f}' if float(a) else '-'


def row(*cells):
    print('| ' + ' | '.join(map(str, cells)) + ' |')


def head(*cells):
    print()
    row(*cells)
    row(*['---'] * len(cells))


def both(table, hz):
    b, s = data['base', hz][table], data['series', hz][table]
    return [(key, b[key], s[key]) for key in b if key in s]


def number(max_id):
    return '~0' if max_id == '4294967295' else max_id


def times(title, table, names, hz, keys=lambda key: key):
    print(f'\n{title}, HZ={hz}:')
    head(*names, 'base', 'series', 'series / base')
    for key, b, s in both(table, hz):
        row(*keys(key), spread(b), spread(s), ratio(b[0], s[0]))


cpu = next(line.split(':')[1].strip() for line in open('/proc/cpuinfo') if line.startswith('model name'))
qemu = subprocess.run(['qemu-system-x86_64', '--version'], capture_output=True, text=True, check=True).stdout.split()[3]
print(f'''# What the series costs and saves

`make bench` wrote this page on {datetime.date.today()}: {base} as it is, with the fake HBA laid over
it, and the series, in one run. x86-64 with two CPUs on QEMU {qemu} without KVM, on {os.cpu_count()}
cores of {cpu}. No debug options. A time is the median of 7 runs, or of 16 hosts, with the
least and the most in brackets. All times are longer on an emulated CPU than on a real machine:
compare columns, not machines.

## A wildcard on a SAS host with known end devices

`- - -` is written to `scan`; each end device has one LUN. `walk` is what 6.17 did on each channel
without remote PHYs: every id is tried. It was measured up to 65536 ids and is extrapolated above
(`*`).''')
head('known', 'max_id', 'base', 'series', 'series / base', 'commands, target_alloc() calls', 'walk of one channel', 'its target_alloc() calls')
plot = open(os.path.join(folder, 'wildcard.dat'), 'w')
for key, b, s in both('wildcard', '250'):
    known, max_id = key
    ids, _, allocs, ns = data['base', '250']['walk'][key]
    more = int(max_id) / int(ids)
    star = '*' if more > 1 else ''
    row(known, number(max_id), spread(b[2:]), spread(s[2:]), ratio(b[2], s[2]), f'{b[0]}, {b[1]} → {s[0]}, {s[1]}',
        time(float(ns) * more) + star, f'{int(int(allocs) * more)}{star}')
    if number(max_id) == '~0':
        print(known, float(b[2]) / 1e6, float(s[2]) / 1e6, float(ns) * more / 1e6, file=plot)
print('\n![A wildcard on a SAS host](wildcard.svg)')
print('\nA volume on channel 1, which only the driver knows, was deleted. One `- - -` later:')
head('known', 'max_id', 'base', 'series', 'commands')
for (known, max_id), b, s in both('volume', '250'):
    row(known, number(max_id), b[0], s[0], f'{b[1]} → {s[1]}')

print('''
## Hosts without devices

The series' host asks for `defer_tags`. Hosts that do not ask for it are as on the base.''')
for hz in HZS:
    print(f'\nMemory of one host, and the time for adding and removing one, HZ={hz}:')
    head('can_queue', 'queues', "driver's bytes a command", 'memory: base', 'series', 'add: base', 'series', 'remove: base', 'series')
    plot = open(os.path.join(folder, f'idle-{hz}.dat'), 'w')
    for key, b, s in both('memory', hz):
        line = [x for t in ('add', 'remove') for x in (data['base', hz][t][key], data['series', hz][t][key])]
        row(*key, f'{b[0]} KiB', f'{s[0]} KiB', *map(spread, line))
        if key[1:] == ('2', '0'):
            print(key[0], b[0], max(0, int(s[0])), *(float(x[0]) / 1e6 for x in line), file=plot)
print('\n![Memory of a host without devices](memory.svg)')
print('\nA machine with 48 AHCI ports and no disk, where no host asks for anything:')
head('', 'base', 'series')
for hz in HZS:
    b, s = (data[side, hz]['boot'][()] for side in ('base', 'series'))
    row(f'boot until all ports were probed, HZ={hz}', f'{b[0]} ms', f'{s[0]} ms')
    row(f'MemAvailable then, HZ={hz}', f'{b[1]} KiB', f'{s[1]} KiB')

print('\n## Hosts with devices')
names = ('can_queue', 'queues', "driver's bytes a command")
for hz in HZS:
    times('A host with `defer_tags`: from scsi_add_host() to the first device', 'used-both', names, hz)
times('Of this, the first device alone', 'used-first', names, '250')
times('From scsi_add_host() to the first device, when 32 MiB of memory are left', 'pressure-both', names, '250')
for hz in HZS:
    times('The first scan of a host', 'first-scan', ('targets',), hz)
print('''
Two boots of one kernel differ by a fifth in the time of a command, and the two values of HZ are two
boots of each kernel. A ratio that is below 1 in one of the next two tables and above 1 in the other
shows no difference. The instructions below do not depend on the boot.''')
for hz in HZS:
    times('One synchronous command of 20000 in a row', 'command', ('host',), hz)
print('''
Instructions of the functions that each command runs through (the series does not change the source
of scsi_done() and scsi_host_find_tag()):''')
head('function', 'base', 'series')
for (name,), b, s in both('instructions', '250'):
    if b[0] != '0' or s[0] != '0':  # 0: inlined
        row(f'`{name}()`', b[0], s[0])

print('''
## Who waits for whom

Three targets hang for 100 ms each, and a scan has come to the first of them. How long
somebody else waits:''')
what = {'narrow': "a user who names one FC remote port, for another user's `- - -` on that host",
        'plug': "a disk that is plugged into a SAS host, for a user's `- - -` on that host",
        'remove': "removal of a SAS host, for a user's `- - -` on that host",
        'other-host': "a user's `- - -`, for the first scan of another host",
        'other-plug': 'a disk that is plugged into a SAS host whose user waits for the first scan of another host'}
for hz in HZS:
    times('Waiting', 'wait', ('who, for whom',), hz, lambda key: (what[key[0]],))
print('\n![Waiting](wait.svg)')
plot = open(os.path.join(folder, 'wait.dat'), 'w')
for (key,), b, s in both('wait', '250'):
    print(key, float(b[0]) / 1e6, float(s[0]) / 1e6, file=plot)
