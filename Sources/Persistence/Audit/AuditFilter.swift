import Kernel

/// Which rows of the audit trail are asked for. What is nil does not matter.
package struct AuditFilter: Sendable, Equatable {
    package var entity: String?
    package var entityID: Int64?
    package var action: String?
    /// An action that is left out.
    package var without: String?
    package var severity: String?
    /// A part of the actor's name, in any case.
    package var actor: String?
    /// Both ends are included.
    package var from: Instant?
    package var to: Instant?

    package init(
        entity: String? = nil, entityID: Int64? = nil, action: String? = nil, without: String? = nil,
        severity: String? = nil,
        actor: String? = nil, from: Instant? = nil, to: Instant? = nil
    ) {
        self.entity = entity
        self.entityID = entityID
        self.action = action
        self.without = without
        self.severity = severity
        self.actor = actor
        self.from = from
        self.to = to
    }

    func condition(_ dialect: Dialect) -> SQL {
        var conditions: [SQL] = []
        if let entity { conditions.append("entity = \(entity)") }
        if let entityID { conditions.append("entity_id = \(entityID)") }
        if let action { conditions.append("action = \(action)") }
        if let without { conditions.append("action <> \(without)") }
        if let severity { conditions.append("severity = \(severity)") }
        if let actor { conditions.append("actor \(dialect.like) \(.pattern(containing: actor))") }
        if let from { conditions.append("at >= \(from)") }
        if let to { conditions.append("at <= \(to)") }
        return .all(conditions)
    }
}
