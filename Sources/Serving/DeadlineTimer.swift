import NIOCore

/// One timer per connection that is moved often and fires seldom: moving a deadline later costs nothing, because the
/// task that is already scheduled looks again when it runs. Used on one event loop only.
final class DeadlineTimer {
    private let eventLoop: any EventLoop
    private let expired: () -> Void
    private var deadline: NIODeadline?
    private var scheduled: (task: Scheduled<Void>, at: NIODeadline)?

    init(eventLoop: any EventLoop, expired: @escaping () -> Void) {
        self.eventLoop = eventLoop
        self.expired = expired
    }

    /// Nil means nothing is due.
    func set(_ deadline: NIODeadline?) {
        self.deadline = deadline
        guard let deadline else { return }
        if let scheduled {
            guard deadline < scheduled.at else { return }
            scheduled.task.cancel()
        }
        schedule(deadline)
    }

    func cancel() {
        deadline = nil
        scheduled?.task.cancel()
        scheduled = nil
    }

    private func schedule(_ moment: NIODeadline) {
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: moment) { self.fire() }
        scheduled = (task, moment)
    }

    private func fire() {
        scheduled = nil
        guard let deadline else { return }
        if deadline <= .now() {
            self.deadline = nil
            expired()
        } else {
            schedule(deadline)
        }
    }
}
