import assert from "node:assert/strict";
import { test } from "node:test";

import { isCIDR, isIP, isIPv6, isMAC, isURL } from "./address.js";

test("IPv4 addresses", () => {
  for (const good of ["0.0.0.0", "10.0.20.7", "255.255.255.255"]) assert.ok(isIP(good), good);
  for (const bad of ["10.0.0", "10.0.0.256", "10.0.0.01", "1.2.3.4.5", "a.b.c.d", ""]) assert.ok(!isIP(bad), bad);
});

test("IPv6 addresses", () => {
  for (const good of ["::", "::1", "fe80::1%eth0", "2001:db8:0:0:0:0:0:1", "::ffff:10.0.0.1", "1:2:3:4:5:6:7::"]) {
    assert.ok(isIPv6(good), good);
  }
  for (
    const bad of [
      ":",
      ":::",
      "1::2::3",
      "12345::",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "fe80::1%",
      "::10.0.0.256",
      "1:2:3:4:5:6:7:8::",
    ]
  ) assert.ok(!isIPv6(bad), bad);
});

test("networks need a prefix that fits", () => {
  for (const good of ["10.0.0.0/8", "0.0.0.0/0", "fd00::/64", "::1/128"]) assert.ok(isCIDR(good), good);
  for (const bad of ["10.0.0.0", "10.0.0.0/33", "fd00::/129", "10.0.0.0/8/9", "10.0.0.0/a"]) {
    assert.ok(!isCIDR(bad), bad);
  }
});

test("MAC addresses in the usual spellings", () => {
  for (const good of ["02:42:ac:11:00:02", "02-42-AC-11-00-02", "0242.ac11.0002", "0242ac110002"]) {
    assert.ok(isMAC(good), good);
  }
  for (const bad of ["2:42:ac:11:0:2", "02:42-ac:11:00:02", "02:42:ac:11:00", "zz:42:ac:11:00:02"]) {
    assert.ok(!isMAC(bad), bad);
  }
});

test("addresses of services", () => {
  for (const good of ["https://nas.lan:5001", "ssh://host", "rtsp://cam/1"]) assert.ok(isURL(good), good);
  for (const bad of ["nas.lan", "", "http//x"]) assert.ok(!isURL(bad), bad);
});
