using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.ServiceDefaults.Errors;

/// <summary>Whatever goes wrong is answered with problem details, never with internals.</summary>
internal static class ErrorExtensions
{
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = ErrorDescription.Complete);
        // Otherwise a body that does not parse is an empty 400, outside development.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.Configure<ExceptionHandlerOptions>(options =>
        {
            options.StatusCodeSelector = ErrorDescription.StatusOf;
            // Mistakes of clients are no errors of the service.
            options.SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException;
        });
    }

    /// <summary>Pages keep their own error pages: this is for programs.</summary>
    public static void UseProblems(this WebApplication app) => app.UseWhen(context => !IsPage(context.Request), branch =>
    {
        branch.UseExceptionHandler();
        branch.UseStatusCodePages();
    });

    private static bool IsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && request.Headers[HeaderNames.Accept].ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
