using System.Text.Json;
using ImageSearch.Core.Images;
using ImageSearch.ServiceDefaults;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Images;

/// <summary>Reads what is asked of many pictures at once; whatever is wrong with it is said by name.</summary>
internal static class BulkRequests
{
    public const int MaximumIds = 1000;

    private const int MaximumBody = 256 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        MaxDepth = 8,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <exception cref="ProblemException">The body is not such an object.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, CancellationToken cancellationToken)
        where T : class
    {
        context.LimitBody(MaximumBody);
        if (!context.Request.HasJsonContentType())
        {
            throw Problem.UnsupportedContent("Send the request as application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, cancellationToken)
                ?? throw Problem.InvalidRequest("The body must be a JSON object, not null.");
        }
        catch (JsonException e)
        {
            throw Problem.InvalidRequest(
                $"The body is not the JSON object that this call takes: see {e.Path ?? "$"} (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}).", e);
        }
    }

    /// <exception cref="ProblemException">The text is not such a value.</exception>
    public static T Read<T>(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw Problem.InvalidRequest("The form was changed on its way here. Load the page again.", e);
        }
    }

    /// <returns>The ids, distinct, in their order.</returns>
    /// <exception cref="ProblemException">There are none or too many, or one is no id.</exception>
    public static IReadOnlyList<ImageId> Ids(IReadOnlyList<string?>? ids, int maximum = MaximumIds)
    {
        if (ids is null or { Count: 0 } || ids.Count > maximum)
        {
            throw Problem.InvalidParameter("ids", $"ids must be 1 to {maximum} pictures.");
        }

        var distinct = new OrderedDictionary<ImageId, bool>(ids.Count);
        foreach (var text in ids)
        {
            distinct[ImageId.TryParse(text, null, out var id) ? id : throw Problem.InvalidParameter(
                "ids", "Each of ids must be 64 hexadecimal digits.")] = true;
        }

        return [.. distinct.Keys];
    }

    /// <returns>The tags as they are kept, distinct.</returns>
    /// <exception cref="ProblemException">There are too many, or one is no tag.</exception>
    public static IReadOnlyList<string> Tags(string name, IReadOnlyList<string?>? tags)
    {
        string[] clean = [.. (tags ?? []).Select(TagRule.Clean).Distinct(StringComparer.Ordinal)];
        return clean.Length <= TagRule.MaximumTags && Array.TrueForAll(clean, TagRule.IsTag)
            ? clean
            : throw Problem.InvalidParameter(name, $"{name} takes at most {TagRule.MaximumTags} tags, each of {TagRule.Rule}.");
    }
}
