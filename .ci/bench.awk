# Prints the table of .ci/bench from its figures, "benchmark unit value" lines.

{ figure[$1, $2] = $3 }

function ms(name, unit) { return figure["Benchmark" name, unit "-ms"] }

function duration(t) {
	if (t < 1) return sprintf("%.0f us", t * 1000)
	if (t < 10) return sprintf("%.2f ms", t)
	return sprintf("%.0f ms", t)
}

function row(what, measured, beside, ratio, goal, met) {
	printf "%-50s%-11s%-29s%-7s%-18s%s\n", what, measured, beside, ratio, goal, met
}

function yes(met) { return met ? "yes" : "NO" }

# times is a row of a duration beside another one, of which it may take so many; 0 is no goal.
function times(what, t, beside, other, goal) {
	row(what, duration(t), beside " " duration(other), sprintf("%.1f", t / other),
		goal ? "at most " goal " times" : "", goal ? yes(t <= goal * other) : "")
}

# limited is a row of a value that has an upper limit, 0 for none.
function limited(what, value, unit, limit) {
	row(what, sprintf("%.1f %s", value, unit), "", "", limit ? "at most " limit " " unit : "", limit ? yes(value <= limit) : "")
}

# rate is a row of keys a second; 0 is no goal.
function rate(what, value, beside, goal) {
	row(what, sprintf("%.0f", value), beside, "", goal ? "at least " goal : "", goal ? yes(value >= goal) : "")
}

# manyTimes is a row of keys a second beside another rate, of which it must be so many times as high.
function manyTimes(what, value, beside, other, goal) {
	row(what, sprintf("%.0f", value), sprintf("%s %.0f", beside, other), sprintf("%.1f", value / other),
		"at least " goal " times", yes(value >= goal * other))
}

# signature is the rows of a kind of key: softhsm is its name there.
function signature(key, softhsm,   t) {
	t = ms("Sign/" key, "tool")
	times("sign, " key ", one line of key_mgmt_util", t, "Go's crypto alone", ms("Sign/" key, "library"), 1.3)
	times("  beside the least that a tool must do", t, "files, round trip", ms("Sign/" key, "least"), 0)
	if (("softhsm", softhsm "-ms") in figure)
		times("  beside another HSM made of software", t, "SoftHSM2", figure["softhsm", softhsm "-ms"], 0)
}

# calls is a row of calls of KMS a second.
function calls(operation, key, conns, goal) {
	rate(operation ", key " (key == "own" ? "of KMS's own" : "in the key store") ", " conns (conns == 1 ? " connection" : " connections"),
		figure["BenchmarkKMS/" key "/" operation "/" conns, "calls/s"], "", goal)
}

END {
	row("what", "measured", "beside", "ratio", "goal", "met")

	hash = ms("FindKeyProcess", "stretch")
	times("loginHSM and findKey, a process", ms("FindKeyProcess", "tool"), "git --version", ms("FindKeyProcess", "git"), 0)
	times("  without hashing the password (" duration(hash) ")", ms("FindKeyProcess", "tool") - hash, "git --version", ms("FindKeyProcess", "git"), 3)
	if (("hyperfine", "git-ms") in figure)
		times("  the same by hyperfine", figure["hyperfine", "tool-ms"] - hash, "git --version", figure["hyperfine", "git-ms"], 3)
	times("getKeyInfo, one line of 2,000", ms("TypedCommand", "command"), "round trip", ms("TypedCommand", "round-trip"), 3)

	hash = ms("Login", "stretch")
	times("login on 28 HSMs", ms("Login", "login-28"), "1 HSM", ms("Login", "login-1"), 3)
	times("  without hashing the password (" duration(hash) ")", ms("Login", "login-28") - hash, "1 HSM", ms("Login", "login-1") - hash, 0)
	times("loginHSM on 28, one line of cloudhsm_mgmt_util", ms("LoginTool", "typed-28"), "1 HSM", ms("LoginTool", "typed-1"), 3)
	times("loginHSM on 28, a process of key_mgmt_util", ms("LoginTool", "process-28"), "1 HSM", ms("LoginTool", "process-1"), 3)

	times("findKey among 3,300 keys", ms("FindKeys/3300", "find"), "round trip", ms("FindKeys/3300", "round-trip"), 0)
	times("  one line of key_mgmt_util", ms("FindManyKeys/3300", "command"), "round trip", ms("FindKeys/3300", "round-trip"), 0)
	times("findKey among 100,000 keys", ms("FindKeys/100000", "find"), "round trip", ms("FindKeys/100000", "round-trip"), 0)
	times("  one line of key_mgmt_util", ms("FindManyKeys/100000", "command"), "round trip", ms("FindKeys/100000", "round-trip"), 0)

	disk = ms("GenSymKey", "disk")
	times("durable genSymKey on 3 HSMs", ms("GenSymKey", "key"), "4 KiB and fdatasync", disk, 3)
	times("  beside what 3 commits wait for", ms("GenSymKey", "key"), "2 each in 3 files", ms("GenSymKey", "commits"), 0)
	for (clients = 1; clients <= 32; clients *= clients < 8 ? 8 : 4)
		rate("  keys a second, " clients " at a time", figure["BenchmarkGenSymKeyClients/" clients, "keys/s"],
			sprintf("fdatasyncs a second %.0f", 1000 / disk), clients == 8 ? 1000 : 0)
	rate("  keys a second, 8 at a time, in two processes", figure["BenchmarkTenThousandKeys", "keys/s"], "", 1000)

	signature("RSA-2048", "rsa")
	signature("P-256", "ec")
	for (processes = 1; processes <= 8; processes *= 8) {
		made = figure["BenchmarkGenSymKeyTool/" processes, "keys/s"]
		what = "genSymKey in " processes " of key_mgmt_util, keys a second"
		if (("softhsm", "keys-" processes) in figure)
			manyTimes(what, made, "SoftHSM2, not synced", figure["softhsm", "keys-" processes], 10)
		else
			rate(what, made, "", 0)
	}
	if (!(("softhsm", "keys-1") in figure)) row("  SoftHSM2 or gcc is not installed", "", "", "", "", "")
	limited("1,000 of singlecmd and genSymKey, each", ms("SingleCommands", "process"), "ms", 0)

	for (conns = 1; conns <= 8; conns *= 8) {
		goal = conns == 1 ? 10000 : 20000
		calls("Encrypt", "own", conns, goal)
		calls("GenerateDataKey", "own", conns, goal)
		calls("Encrypt", "store", conns, goal / 2)
		calls("GenerateDataKey", "store", conns, goal / 2)
	}
	rate("CreateKey, calls a second, 8 connections", figure["BenchmarkKMS/CreateKey", "calls/s"], "", 0)
	rate("  in the custom key store", figure["BenchmarkKMS/CreateKeyInStore", "calls/s"], "", 0)
	rate("ListKeys among 10,000 keys, pages of 100 a second", figure["BenchmarkKeyList", "pages/s"], "", 2000)
	limited("connecting a key store on 3 HSMs", ms("Connect", "connect"), "ms", 0)
	limited("  disconnecting it", ms("Connect", "disconnect"), "ms", 0)

	limited("daemon to its first answer, default world", ms("Start", "existing"), "ms", 10)
	limited("  and with making that world", ms("Start", "new"), "ms", 10)
	limited("  10,000 keys on 3 HSMs", ms("TenThousandKeys", "start"), "ms", 100)

	if (!figure["BenchmarkMemory", "resident-MB"]) exit # only Linux tells
	limited("daemon's memory, default world", figure["BenchmarkMemory", "resident-MB"], "MB", 15)
	limited("  without its program and files", figure["BenchmarkMemory", "anonymous-MB"], "MB", 0)
	limited("  for a key on 3 HSMs, once made", figure["BenchmarkTenThousandKeys", "made-B/key"] / 1000, "KB", 3)
	limited("    without its files", figure["BenchmarkTenThousandKeys", "made-anonymous-B/key"] / 1000, "KB", 0)
	limited("  for a key on 3 HSMs, loaded", figure["BenchmarkTenThousandKeys", "loaded-B/key"] / 1000, "KB", 3)
	limited("    without its files", figure["BenchmarkTenThousandKeys", "loaded-anonymous-B/key"] / 1000, "KB", 0)
	limited("  with 10,000 KMS keys more", figure["BenchmarkKeyList", "full-MB"], "MB", 0)
	limited("    before them", figure["BenchmarkKeyList", "empty-MB"], "MB", 0)
}
