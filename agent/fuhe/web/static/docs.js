// The API's page: changes carry the session's token, as everywhere else.
"use strict";
window.addEventListener("load", function () {
  var token = document.querySelector('meta[name="csrf-token"]').content;
  window.SwaggerUIBundle({
    url: "/api/v1/openapi.json",
    dom_id: "#api",
    deepLinking: false,
    validatorUrl: null,
    requestInterceptor: function (request) {
      request.headers["X-CSRF-Token"] = token;
      return request;
    },
  });
});
