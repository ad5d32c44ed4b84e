// Package lab is a world: its directory, its scenario, its HSMs with their sockets, the service's own
// synchronisation of keys, its faults and its clock, and the daemon that holds all of them.
//
// A lab is one directory ([Home]). [Open] brings its world up in this process; [Serve] does so for other
// processes, which reach it through a [Client]. Labs do not see each other.
package lab
