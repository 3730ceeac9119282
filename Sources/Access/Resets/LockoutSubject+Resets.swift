import Kernel

extension LockoutSubject {
    /// The address of a caller, as it is counted.
    static func address(of caller: Caller) -> LockoutSubject { .address(SignInGuard(emailKey: "", caller).address) }

    /// Who opens links to shared maps, as it is counted.
    static func sharedLink(of caller: Caller) -> LockoutSubject {
        .sharedLink(address: SignInGuard(emailKey: "", caller).address)
    }

    /// Who asks for mails, as it is counted.
    static func resetAddress(of caller: Caller) -> LockoutSubject {
        .resetAddress(SignInGuard(emailKey: "", caller).address)
    }
}
