
namespace ImageSearch.Web.Search;

/// <summary>Reads which words and pictures a search is to find more like, and which not.</summary>
internal static class SearchExamplesReader
{
    public const char Separator = ',';

    /// <summary>Pictures of both kinds.</summary>
    public const int Maximum = 16;

    /// <summary>Words.</summary>
    public const string Text = "text";

    private const int MaximumTextLength = 500;

    /// <summary>The names, as they stand in form fields, which may be repeated, and in JSON, where they are lists.</summary>
    public static readonly IReadOnlyList<string> Names = ["positive", "negative"];

    /// <param name="fields">Ids, separated by commas.</param>
    /// <param name="file">A picture that is an example, too.</param>
    /// <param name="named">Another.</param>
    /// <param name="errors">Receives what is wrong, by name.</param>
    /// <returns>Null when there are neither words nor examples.</returns>
    public static QuerySource.Examples? Read(
        IReadOnlyDictionary<string, string> fields, QuerySource.Upload? file, ImageId? named, Dictionary<string, string[]> errors)
    {
        var text = fields.GetValueOrDefault(Text)?.Trim();
        if (string.IsNullOrEmpty(text) && !fields.ContainsKey("positive") && !fields.ContainsKey("negative"))
        {
            return null;
        }

        if (text?.Length > MaximumTextLength)
        {
            errors[Text] = [$"text has at most {MaximumTextLength} characters."];
        }

        text = string.IsNullOrEmpty(text) ? null : text;
        var (positive, negative) = (Ids("positive"), Ids("negative"));
        if (named is { } picture)
        {
            positive.Insert(0, picture);
        }

        var count = positive.Count + negative.Count + (file is null ? 0 : 1);
        if (count > Maximum)
        {
            errors.TryAdd(
                "positive", [$"A search has at most {Maximum} examples, positive and negative ones together; these are {count}."]);
        }

        if (positive.Count == 0 && file is null && text is null)
        {
            errors.TryAdd(
                "positive",
                ["positive must name at least one picture, or text say what to look for: a search cannot be by negative examples alone."]);
        }

        if (positive.Intersect(negative).Any())
        {
            errors.TryAdd("negative", ["negative must not name a picture that positive names, too."]);
        }

        return new QuerySource.Examples(text, file, positive, negative);

        List<ImageId> Ids(string name)
        {
            var ids = new List<ImageId>();
            foreach (var text in (fields.GetValueOrDefault(name) ?? "").Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (ImageId.TryParse(text, null, out var id))
                {
                    ids.Add(id);
                }
                else
                {
                    errors[name] = [$"{name} must be ids of pictures: 64 hexadecimal digits each."];
                }
            }

            return [.. ids.Distinct()];
        }
    }
}
