//! JSON parsed into types, changed and written by std.json. A unit is one round of a document of 18 KB.
const std = @import("std");
const kernel = @import("kernel.zig");

const Entry = struct { amount: i64, label: []const u8 };
const Account = struct { id: i64, owner: []const u8, active: bool, balance: i64, entries: []Entry };
const Ledger = struct { accounts: []Account };

const labels = [_][]const u8{
    "rent", "coffee \"to go\"", "café au lait", "line\nbreak", "back\\slash", "tea and cake", "grüße", "",
};

fn firstLedger(arena: std.mem.Allocator) !Ledger {
    var random: kernel.Random = .{ .state = 128 };
    const accounts = try arena.alloc(Account, 48);
    for (accounts, 0..) |*account, id| {
        account.* = .{
            .id = @intCast(id),
            .owner = try std.fmt.allocPrint(arena, "owner {d}", .{random.next() % 100000}),
            .active = random.next() % 4 != 0,
            .balance = 0,
            .entries = try arena.alloc(Entry, 8),
        };
        for (account.entries) |*entry| {
            entry.* = .{
                .amount = @as(i64, random.next() % 200000) - 100000,
                .label = labels[random.next() % labels.len],
            };
        }
    }
    return .{ .accounts = accounts };
}

/// Books every active account's entries, chooses who is active next, and returns the sum of the balances.
fn book(ledger: *Ledger, unit: i64) i64 {
    var total: i64 = 0;
    for (ledger.accounts) |*account| {
        if (account.active) {
            for (account.entries) |entry| account.balance += entry.amount;
            total += account.balance;
        }
        account.active = @rem(account.id + unit, 4) != 0;
        std.mem.rotate(Entry, account.entries, 1);
    }
    std.mem.rotate(Account, ledger.accounts, 1);
    return total;
}

fn rounds(n: i32) !i64 {
    const allocator = std.heap.wasm_allocator;
    var arena: std.heap.ArenaAllocator = .init(allocator);
    defer arena.deinit();
    var text = try std.json.Stringify.valueAlloc(allocator, try firstLedger(arena.allocator()), .{});
    defer allocator.free(text);
    var checksum: kernel.Checksum = .{};

    var unit: i32 = 0;
    while (unit < n) : (unit += 1) {
        _ = arena.reset(.retain_capacity);
        // Its strings point into the text where they can.
        var ledger = try std.json.parseFromSliceLeaky(Ledger, arena.allocator(), text, .{});
        checksum.fold(@bitCast(book(&ledger, unit)));
        const next = try std.json.Stringify.valueAlloc(allocator, ledger, .{});
        allocator.free(text);
        text = next;
    }
    for (text) |byte| checksum.fold(byte);
    return checksum.result();
}

export fn run(n: i32) i64 {
    return rounds(n) catch @panic("the ledger's own text is no ledger");
}
