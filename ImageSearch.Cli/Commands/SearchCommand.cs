using System.CommandLine;
using System.Globalization;
using ImageSearch.Cli.Output;
using ImageSearch.Client;
using ImageSearch.Client.Images;
using ImageSearch.Client.Search;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch search</c>.</summary>
internal static class SearchCommand
{
    private const int LargestPage = 100;

    private static readonly Argument<string?> Picture = new("PICTURE")
    {
        Description = "A file, a URL, or the id of a picture of the collection.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Text =
        new("--text") { Description = "Words that describe what to find, alone or beside a file or an id.", HelpName = "WORDS" };
    private static readonly Option<int?> Count =
        new("-k") { Description = "Results at most; more than 100 are asked for page by page. Default 10.", HelpName = "N" };
    private static readonly Option<string?> Model =
        new("--model") { Description = "Model to search with; by default the system chooses.", HelpName = "NAME" };
    private static readonly Option<string?> Tag = new("--tag") { Description = "Only pictures with this tag.", HelpName = "TAG" };
    private static readonly Option<string?> Crop =
        new("--crop") { Description = "Search by a part: x,y,w,h in fractions of the picture.", HelpName = "X,Y,W,H" };
    private static readonly Option<double?> MinScore = new("--min-score") { Description = "Lowest score, -1..1.", HelpName = "SCORE" };
    private static readonly Option<int?> Ef =
        new("--ef") { Description = "Candidates that an approximate index looks at.", HelpName = "N" };
    private static readonly Option<bool> Relevant = new("--relevant") { Description = "Leave out what is below the model's cut-off." };
    private static readonly Option<bool> Group = new("--group") { Description = "Fold near-duplicates into one line." };
    private static readonly Option<string[]> Like =
        new("--like") { Description = "Another example, by id; may be repeated.", HelpName = "ID" };
    private static readonly Option<string[]> Unlike =
        new("--unlike") { Description = "A picture that the results should not resemble, by id; may be repeated.", HelpName = "ID" };

    public static Command Create() => new Command("search", "Find the pictures that look most like one, or that words describe.")
    {
        Picture, Text, Count, Model, Tag, Crop, MinScore, Ef, Relevant, Group, Like, Unlike,
    }.WithAction(RunAsync);

    private static async Task RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var query = Query(parsed);
        var wanted = parsed.GetValue(Count);
        var options = new SearchOptions
        {
            K = wanted is { } k ? Math.Min(k, LargestPage) : null,
            Model = parsed.GetValue(Model),
            Tag = parsed.GetValue(Tag),
            Crop = ParseCrop(parsed.GetValue(Crop)),
            MinScore = parsed.GetValue(MinScore),
            Ef = parsed.GetValue(Ef),
            Relevant = parsed.GetValue(Relevant) ? true : null,
            Group = parsed.GetValue(Group) ? true : null,
        };
        var answer = wanted > LargestPage
            ? await PagesAsync(cli.Client, query, options, wanted.Value, cancellationToken)
            : await cli.Client.SearchAsync(query, options, cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(answer);
        }
        else
        {
            cli.Terminal.Write(Table(answer));
        }

        Annotate(answer, options.Relevant == true);
    }

    private static SearchQuery Query(ParseResult parsed)
    {
        var picture = parsed.GetValue(Picture);
        var like = PictureIds.Read(parsed.GetValue(Like) ?? []);
        var unlike = PictureIds.Read(parsed.GetValue(Unlike) ?? []);
        var examples = like.Count + unlike.Count > 0;
        var text = parsed.GetValue(Text);
        var query = picture switch
        {
            null when like.Count > 0 || text is not null => SearchQuery.ByExamples(like, unlike),
            null =>
                throw new UsageException(
                    "Say what to search by: a file, a URL, the id of a picture, words with --text, or examples with --like."),
            _ when File.Exists(picture) => examples
                ? SearchQuery.ByFileAndExamples(UploadFile.FromFile(picture), like, unlike)
                : SearchQuery.ByFile(UploadFile.FromFile(picture)),
            _ when ImageId.TryParse(picture, null, out var id) =>
                examples ? SearchQuery.ByExamples([id, .. like], unlike) : SearchQuery.ById(id),
            _ when Sources.IsUrl(picture) && text is not null =>
                throw new UsageException("A URL cannot be combined with --text: import it, and name it by its id."),
            _ when Sources.IsUrl(picture) => examples
                ? throw new UsageException("A URL cannot be combined with examples: import it, and name it by its id.")
                : SearchQuery.ByUrl(picture),
            _ => throw new UsageException($"There is no file '{picture}', and it is neither a URL nor the id of a picture."),
        };
        return text is null ? query : query.AndText(text);
    }

    private static CropRectangle? ParseCrop(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return CropRectangle.TryParse(text, out var crop)
            ? crop
            : throw new UsageException(
                "A crop is x,y,w,h in fractions (0..1) of the picture, of positive size and inside the picture, such as 0.25,0.25,0.5,0.5.");
    }

    private static async Task<SearchResponse> PagesAsync(
        ImageSearchClient client, SearchQuery query, SearchOptions options, int wanted, CancellationToken cancellationToken)
    {
        List<SearchResult> results = [];
        SearchResponse? first = null;
        string? next = null;
        await foreach (var page in client.SearchPagesAsync(query, options, cancellationToken))
        {
            first ??= page;
            results.AddRange(page.Results);
            next = page.Next;
            if (results.Count >= wanted)
            {
                break;
            }
        }

        return first! with { Results = [.. results.Take(wanted)], Next = next };
    }

    private static TextTable Table(SearchResponse answer)
    {
        var table = new TextTable("Id", "Score", "Relevance", "Match", "Copies", "Source", "Tags", "Labels") { Numbers = ["Score", "Relevance", "Copies"] };
        foreach (var result in answer.Results)
        {
            table.Add(
                result.Id.ToString(),
                Number(result.Score, "0.0000"),
                Number(result.Relevance, "0.00"),
                result.Match is { } match and not MatchKind.Unknown ? match.ToWord() : "",
                result.DuplicateCount is > 0 and var copies ? Figures.Count(copies) : "",
                result.Source,
                string.Join(',', result.Tags),
                string.Join(',', (result.Labels ?? []).Take(1).Select(label => label.Name)));
        }

        return table;
    }

    private static void Annotate(SearchResponse answer, bool relevant)
    {
        // With several models, which of them was asked decides what is found.
        Terminal.Note($"By {answer.Model} {answer.Version}.");
        if (answer.Labels is { Count: > 0 } labels)
        {
            Terminal.Note(
                $"It calls the picture {string.Join("; ", labels.Take(3).Select(label => $"{label.Name} ({label.Probability:P0})"))}.");
        }

        if (answer.Results.Count == 0)
        {
            Terminal.Note("Nothing here looks like this.");
        }

        if (answer.BelowCutOff is > 0 and var below && answer.CutOff is { } cutOff)
        {
            Terminal.Note(relevant
                ? $"{Figures.Pictures(below)} more below the cut-off ({Number(cutOff.Score, "0.00")}): they show without --relevant."
                : $"{Figures.Pictures(below)} of these {(below == 1 ? "is" : "are")} below the cut-off ({Number(cutOff.Score, "0.00")}): --relevant leaves them out.");
        }

        foreach (var shard in answer.Shards.Where(shard => shard.Error is not null))
        {
            Terminal.Note($"Shard {shard.Shard} {shard.Error}: pictures may be missing.");
        }
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
