# SPDX-License-Identifier: GPL-2.0
# plot.gp: the plots of bench/RESULTS.md, as SVG and PNG. Called by scripts/bench with out= and top=.
do for [t = 0:1] {
	if (t) { set terminal pngcairo noenhanced size 800,500; ext = 'png' } else { set terminal svg noenhanced size 800,500; ext = 'svg' }
	set key below
	set grid
	set style data linespoints
	set logscale xy
	set xlabel 'known end devices'
	set ylabel 'ms (median)'
	set title '"- - -" on a SAS host'
	set output top.'/wildcard.'.ext
	plot out.'/wildcard.dat' using 1:4 title 'walk of one channel, max_id ~0 (extrapolated)', \
		'' using 1:2 title 'base', '' using 1:3 title 'series'
	set xlabel 'can_queue'
	set title 'A host without devices, two hardware queues'
	unset logscale y
	set ylabel 'KiB'
	set output top.'/memory.'.ext
	plot out.'/idle-250.dat' using 1:2 title 'base', '' using 1:3 title 'series, defer_tags'
	unset logscale
	set style data histogram
	set style fill solid 0.6
	set yrange [0:*]
	set xlabel ''
	set ylabel 'ms (median)'
	set title 'How long somebody waits while three targets hang for 100 ms each'
	set output top.'/wait.'.ext
	plot out.'/wait.dat' using 2:xtic(1) title 'base', '' using 3 title 'series'
	set yrange [*:*]
	set output
}
