import Kernel

/// Who may open a live socket. `Access` is the one implementation; the hub only asks.
///
/// The hub itself checks what a stream and each of its frames need of the caller, closes sockets whose caller is no
/// longer who they were, and refuses clear text where TLS is demanded.
package protocol LiveGate: Sendable {
    /// The caller whom the handshake itself proves: by the session cookie (with an `Origin` that is this site's, or
    /// none), by an `Authorization` field, or anonymous where reading is open and the `Origin` is not a foreign one.
    /// Nil for nobody, also when the session has ended: the first message then has to say who it is.
    ///
    /// Throws an `AppError` where the handshake must be refused, which is then answered with the error's status: a
    /// cookie under a foreign `Origin` is `.forbidden`, before set-up it is `.setupNeeded`.
    func caller(ofHandshake facts: RequestFacts) async throws -> Caller?

    /// The caller of the token in a first message `{"type":"auth","token":"…"}`: one of the named tokens or the one
    /// from `CB_API_TOKEN`. Throws where it is none, which closes the socket with 4401.
    func caller(ofToken token: String, _ facts: RequestFacts) async throws -> Caller

    /// The same caller with what they may do now; nil once the session or token has ended, the person is
    /// deactivated, or reading is no longer open to everybody. Asked again after each `access.…` event and after a
    /// change of the settings, and now and then; it does not count as use of the session.
    func renewed(_ caller: Caller) async throws -> Caller?

    /// What other people on the same map read of who this is: never an address of a person. Empty for a passer-by.
    func shownName(of caller: Caller) async -> String
}

extension LiveGate {
    package func shownName(of caller: Caller) async -> String { caller.kind == .token ? caller.name : "" }
}
