using System.Reflection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Web;

/// <summary>
/// What every call of the API checks before it runs: its query string has no parameter that the call does not know, none twice, and its
/// body is not compressed. A misspelt parameter that is passed over gives an answer to another question.
/// </summary>
internal static class RequestChecks
{
    private const int LongestShownName = 64;

    public static RouteGroupBuilder WithRequestChecks(this RouteGroupBuilder api)
    {
        api.AddEndpointFilterFactory((factory, next) =>
        {
            string[] ofHandler = [.. factory.MethodInfo.GetParameters().Where(IsFromQuery).Select(parameter => parameter.Name!)];
            return context =>
            {
                Check(context.HttpContext, ofHandler);
                return next(context);
            };
        });
        return api;
    }

    /// <summary>Names the parameters that a handler reads from the query string by itself.</summary>
    public static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder builder, IReadOnlyList<string> names) =>
        builder.WithMetadata(new QueryNames(names));

    /// <summary>The sentence for a name that a client made up, as far as it can be shown.</summary>
    public static string Unknown(string name, IReadOnlyCollection<string> known)
    {
        var shown = string.Concat(name.Where(c => !char.IsControl(c)).Take(LongestShownName));
        return known.Count == 0
            ? $"This call takes no parameters: leave out '{shown}'."
            : $"This call knows no '{shown}'; it takes {string.Join(", ", known)}.";
    }

    /// <summary>The sentence for a name that may stand once.</summary>
    public static string Repeated(string name) => $"{name} is given more than once: give it once.";

    // By convention of this service: what may be left out and is text.
    private static bool IsFromQuery(ParameterInfo parameter) => parameter.HasDefaultValue && parameter.ParameterType == typeof(string);

    private static void Check(HttpContext context, string[] ofHandler)
    {
        var request = context.Request;
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding
            && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false)
        {
            context.Response.Headers[HeaderNames.AcceptEncoding] = "identity";
            throw Problem.UnsupportedContent(
                "The body is compressed, as its header Content-Encoding says: send it as it is, without Content-Encoding.");
        }

        if (request.Query.Count == 0)
        {
            return;
        }

        var known = context.GetEndpoint()?.Metadata.GetMetadata<QueryNames>()?.Names ?? ofHandler;
        var errors = new Dictionary<string, string[]>();
        foreach (var (name, values) in request.Query)
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                errors[name] = [Unknown(name, known)];
            }
            else if (values.Count > 1)
            {
                errors[name] = [Repeated(name)];
            }
        }

        if (errors.Count > 0)
        {
            throw Problem.InvalidParameters(errors);
        }
    }

    private sealed record QueryNames(IReadOnlyList<string> Names);
}
