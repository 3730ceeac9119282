extension ProxyConfiguration {
    /// A file for `/etc/nginx/conf.d`, which nginx reads inside of `http { … }`.
    var nginx: String {
        """
        \(Self.commented(
            preface(
                "nginx", place: "/etc/nginx/conf.d/circuit-breaker.conf",
                reload: "nginx -t && systemctl reload nginx")))

        # A header that is empty here is not sent.
        \(headers.map(nginxMap).joined(separator: "\n"))
        map $http_upgrade $circuit_breaker_connection { default upgrade; "" ""; }

        upstream circuit_breaker {
            server \(upstream.authority);
            keepalive 16;
        }
        \(nginxRedirect)
        server {
            # From nginx 1.25.1 on, `http2 on;` in a line of its own is the new way to say this.
            listen \(port) ssl http2;
            listen [::]:\(port) ssl http2;
            server_name \(hostName);

            ssl_certificate \(certificateFile);
            ssl_certificate_key \(certificateKey);
            ssl_protocols TLSv1.2 TLSv1.3;

        \(headers.map { "    add_header \($0.name) \(Self.nginxVariable($0.name)) always;" }.joined(separator: "\n"))

            client_max_body_size \(bodyBytes);
            proxy_connect_timeout 5s;
            proxy_read_timeout \(answerSeconds)s;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $circuit_breaker_connection;
            # Only the address that nginx sees itself: what a client writes into this header is not passed on.
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
        \(nginxVerification)
            # Live updates are silent for as long as nothing changes. Each has a connection of its own: the daemon takes
            # an upgrade as the first request of a connection only.
            location ~ \(Self.streamPattern) {
                proxy_read_timeout 1h;
                proxy_pass \(upstream.url);
            }

            location / {
                proxy_pass \(upstream.isTLS ? "https" : "http")://circuit_breaker;
            }
        }

        """
    }

    private static func nginxVariable(_ header: String) -> String {
        "$circuit_breaker_" + header.lowercased().replacing("-", with: "_")
    }

    private func nginxMap(_ header: (name: String, value: String)) -> String {
        let sent = "$upstream_http_" + header.name.lowercased().replacing("-", with: "_")
        return "map \(sent) \(Self.nginxVariable(header.name)) { default \"\"; \"\" \"\(header.value)\"; }"
    }

    private var nginxRedirect: String {
        guard port == 443 else { return "" }
        return """

            server {
                listen 80;
                listen [::]:80;
                server_name \(hostName);
                return 308 https://$host$request_uri;
            }

            """
    }

    private var nginxVerification: String {
        guard upstream.isTLS else { return "" }
        return """

                proxy_ssl_verify on;
                proxy_ssl_trusted_certificate \(upstream.authorityFile);
                proxy_ssl_name \(upstream.certificateName);
                proxy_ssl_server_name on;
                proxy_ssl_protocols TLSv1.2 TLSv1.3;

            """
    }
}
