/* What SoftHSM2 does in the time that hsmlab needs, through PKCS #11: .ci/bench shows one beside the other.
 *
 *	softhsm LIBRARY rsa|ec|aes COUNT PROCESSES
 *
 * Each process signs a message so many times with an RSA-2048 or P-256 key, or makes so many AES keys that are token
 * objects. Prints the milliseconds that a process takes for a signature, or how many keys all make in a second. The
 * first slot has a token with the PIN 1234. SOFTHSM2_CONF says where it is. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The names and numbers of PKCS #11 that are needed here. */
typedef unsigned long number;
typedef struct { number type; void *value; number length; } attribute;
typedef struct { number type; void *parameter; number length; } mechanism;
enum { RSA_PKCS_KEY_PAIR_GEN = 0x0, SHA256_RSA_PKCS = 0x40, EC_KEY_PAIR_GEN = 0x1040, ECDSA = 0x1041, AES_KEY_GEN = 0x1080 };
enum { TOKEN = 0x1, MODULUS_BITS = 0x121, VALUE_LEN = 0x161, EC_PARAMS = 0x180 };
enum { SERIAL_SESSION = 4, RW_SESSION = 2, USER = 1 };

static void *library;
static number session;

static void fail(const char *what, number code) {
	fprintf(stderr, "softhsm: %s: 0x%lx\n", what, code);
	exit(1);
}

/* CALL calls a function of the library by its name. */
#define CALL(name, types, ...) do { \
	number (*function) types = (number (*) types)dlsym(library, name); \
	number code = function ? function(__VA_ARGS__) : -1ul; \
	if (code) fail(name, code); \
} while (0)

static void open_session(void) {
	number slots[8], count = 8;
	CALL("C_Initialize", (void *), NULL);
	CALL("C_GetSlotList", (unsigned char, number *, number *), 1, slots, &count);
	CALL("C_OpenSession", (number, number, void *, void *, number *), slots[0], SERIAL_SESSION | RW_SESSION, NULL, NULL, &session);
	CALL("C_Login", (number, number, const char *, number), session, USER, "1234", 4);
}

static number key_pair(mechanism how, attribute public) {
	number keys[2];
	CALL("C_GenerateKeyPair", (number, mechanism *, attribute *, number, attribute *, number, number *, number *),
		session, &how, &public, 1, NULL, 0, &keys[0], &keys[1]);
	return keys[1];
}

static void sign(number key, mechanism how) {
	unsigned char message[32] = "a message", signature[256]; /* as long as a digest, which ECDSA takes */
	number length = sizeof signature;
	CALL("C_SignInit", (number, mechanism *, number), session, &how, key);
	CALL("C_Sign", (number, unsigned char *, number, unsigned char *, number *), session, message, sizeof message, signature, &length);
}

static void make_key(void) {
	mechanism how = {AES_KEY_GEN, NULL, 0};
	unsigned char yes = 1;
	number size = 32, key;
	attribute wanted[] = {{TOKEN, &yes, sizeof yes}, {VALUE_LEN, &size, sizeof size}};
	CALL("C_GenerateKey", (number, mechanism *, attribute *, number, number *), session, &how, wanted, 2, &key);
}

static double seconds(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* work opens a session, says so to one pipe, waits for the end of another one, and does it all. */
static void work(const char *what, int count, int ready, int start) {
	unsigned char p256[] = {6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7};
	number bits = 2048, key = 0;
	int rsa = !strcmp(what, "rsa"), ec = !strcmp(what, "ec");
	char byte = 0;
	open_session();
	if (rsa)
		key = key_pair((mechanism){RSA_PKCS_KEY_PAIR_GEN, NULL, 0}, (attribute){MODULUS_BITS, &bits, sizeof bits});
	if (ec)
		key = key_pair((mechanism){EC_KEY_PAIR_GEN, NULL, 0}, (attribute){EC_PARAMS, p256, sizeof p256});
	if (write(ready, &byte, 1) != 1 || read(start, &byte, 1) != 0)
		exit(1);
	for (int i = 0; i < count; i++) {
		if (rsa || ec)
			sign(key, (mechanism){rsa ? SHA256_RSA_PKCS : ECDSA, NULL, 0});
		else
			make_key();
	}
	exit(0);
}

int main(int argc, char **argv) {
	int count = argc == 5 ? atoi(argv[3]) : 0, processes = argc == 5 ? atoi(argv[4]) : 0;
	int start[2], status;
	if (count < 1 || processes < 1 || !(library = dlopen(argv[1], RTLD_NOW)) || pipe(start)) {
		fprintf(stderr, "usage: softhsm LIBRARY rsa|ec|aes COUNT PROCESSES\n");
		return 2;
	}
	/* One after the other: SoftHSM2 may not open a token that another process is changing. */
	for (int i = 0; i < processes; i++) {
		int ready[2];
		char byte;
		if (pipe(ready))
			return 1;
		if (!fork()) {
			close(start[1]);
			work(argv[2], count, ready[1], start[0]);
		}
		close(ready[1]);
		if (read(ready[0], &byte, 1) != 1)
			return 1;
	}
	double begin = seconds();
	close(start[1]);
	while (wait(&status) > 0)
		if (status)
			return 1;
	double taken = seconds() - begin;
	printf("%f\n", strcmp(argv[2], "aes") ? taken / count * 1000 : processes * count / taken);
	return 0;
}
