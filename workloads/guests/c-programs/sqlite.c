// A WASI command around a real C program: SQLite on a database file.
//
// `sqlite <n> [directory]`. A unit makes a new database in the directory, fills two tables in one transaction with
// seeded rows, runs the statements that stdin holds (`?1` is bound to a number that differs by unit), and prints for
// each how many rows came back and a checksum of their text.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sqlite3.h"

enum { CUSTOMERS = 50, ORDERS = 400, SCRIPT_BYTES = 16384, PATH_BYTES = 256 };

// synchronous = OFF: what is measured is the runtime's way to the file and not the machine's disk.
static const char SCHEMA[] =
    "PRAGMA synchronous = OFF;"
    "CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL);"
    "CREATE TABLE purchase(id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer,"
    "    day INTEGER NOT NULL, amount INTEGER NOT NULL, note TEXT);"
    "CREATE INDEX purchase_customer ON purchase(customer);"
    "CREATE INDEX purchase_day ON purchase(day, amount);";

static const char *const REGIONS[] = {"north", "east", "south", "west"};

static uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

static void check(int code, sqlite3 *db, const char *doing) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
        fprintf(stderr, "sqlite: failed to %s: %s\n", doing, db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
        exit(1);
    }
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    check(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), db, "prepare a statement");
    return statement;
}

static void step_and_reset(sqlite3 *db, sqlite3_stmt *statement) {
    check(sqlite3_step(statement), db, "insert a row");
    check(sqlite3_reset(statement), db, "reset a statement");
}

static void fill(sqlite3 *db, int unit) {
    uint64_t state = (uint64_t)unit + 1;
    char text[64];
    check(sqlite3_exec(db, SCHEMA, NULL, NULL, NULL), db, "create the tables");
    check(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), db, "begin a transaction");
    sqlite3_stmt *insert = prepare(db, "INSERT INTO customer VALUES(?, ?, ?)");
    for (int id = 1; id <= CUSTOMERS; id++) {
        snprintf(text, sizeof text, "customer %08x", (unsigned)next_random(&state));
        sqlite3_bind_int(insert, 1, id);
        sqlite3_bind_text(insert, 2, text, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(insert, 3, REGIONS[next_random(&state) % 4], -1, SQLITE_STATIC);
        step_and_reset(db, insert);
    }
    sqlite3_finalize(insert);
    insert = prepare(db, "INSERT INTO purchase VALUES(?, ?, ?, ?, ?)");
    for (int id = 1; id <= ORDERS; id++) {
        snprintf(text, sizeof text, "note %u of %d", (unsigned)(next_random(&state) % 1000), id);
        sqlite3_bind_int(insert, 1, id);
        sqlite3_bind_int(insert, 2, 1 + (int)(next_random(&state) % CUSTOMERS));
        sqlite3_bind_int(insert, 3, (int)(next_random(&state) % 365));
        sqlite3_bind_int(insert, 4, (int)(next_random(&state) % 100000));
        sqlite3_bind_text(insert, 5, text, -1, SQLITE_TRANSIENT);
        step_and_reset(db, insert);
    }
    sqlite3_finalize(insert);
    check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db, "commit");
}

static void run_script(sqlite3 *db, const char *script, int unit) {
    for (int number = 1;; number++) {
        sqlite3_stmt *statement = NULL;
        check(sqlite3_prepare_v2(db, script, -1, &statement, &script), db, "read a statement from stdin");
        if (!statement) {
            return; // only blanks and comments were left
        }
        if (sqlite3_bind_parameter_count(statement) > 0) {
            sqlite3_bind_int(statement, 1, 100 + unit % 100);
        }
        uint32_t checksum = 2166136261u;
        int rows = 0, code;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            rows++;
            for (int column = 0; column < sqlite3_column_count(statement); column++) {
                const unsigned char *text = sqlite3_column_text(statement, column);
                for (; text && *text; text++) {
                    checksum = (checksum ^ *text) * 16777619u;
                }
                checksum = (checksum ^ 0xff) * 16777619u;
            }
        }
        check(code, db, "run a statement");
        sqlite3_finalize(statement);
        printf("%d.%d: %d rows, %d changes, %08x\n", unit, number, rows, sqlite3_total_changes(db), (unsigned)checksum);
    }
}

int main(int argc, char **argv) {
    static char script[SCRIPT_BYTES], path[PATH_BYTES];
    int n = argc > 1 ? atoi(argv[1]) : 1;
    size_t length = fread(script, 1, sizeof script, stdin);
    if (length == sizeof script) {
        fprintf(stderr, "sqlite: failed to read the statements: stdin has more than %d bytes\n", SCRIPT_BYTES - 1);
        return 2;
    }
    script[length] = 0;
    snprintf(path, sizeof path, "%s/wasmark.db", argc > 2 ? argv[2] : "/data");
    for (int unit = 0; unit < n; unit++) {
        sqlite3 *db = NULL;
        unlink(path);
        // unix-none: preview 1 has no file locks, and nobody else uses the file.
        check(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "unix-none"), db, "open the file");
        fill(db, unit);
        run_script(db, script, unit);
        check(sqlite3_close(db), db, "close the file");
    }
    printf("SQLite %s\n", sqlite3_libversion());
    return 0;
}
