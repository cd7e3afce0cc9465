using System.Text;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Web.Search;

/// <summary>A search's multipart form: files and text fields, read as a stream so that the limits hold while bytes arrive.</summary>
internal sealed record SearchForm(IReadOnlyList<ReadOnlyMemory<byte>> Files, IReadOnlyDictionary<string, string> Fields)
{
    private const int MaximumFieldBytes = 4096;
    private const int MaximumFields = 36;
    private const int MaximumBoundaryLength = 100;

    /// <summary>Reads a form of one file at least.</summary>
    /// <exception cref="ProblemException">The form is malformed, has no file or too many, or files that are empty or too large.</exception>
    public static async Task<SearchForm> ReadAsync(
        Stream body, MediaTypeHeaderValue type, SearchFormLimits limits, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MaximumBoundaryLength)
        {
            throw Problem.InvalidRequest("The content type multipart/form-data needs a boundary of at most 100 characters.");
        }

        try
        {
            return await ReadSectionsAsync(new MultipartReader(boundary, body), limits, cancellationToken);
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException or InvalidDataException)
        {
            throw Problem.InvalidRequest(
                e.Message.Contains(" limit ", StringComparison.Ordinal)
                    ? "A part of the form has too many headers, or too long ones: send Content-Disposition and Content-Type alone, and shorten the file's name."
                    : "The form is cut off or not valid multipart/form-data.",
                e);
        }
    }

    private static async Task<SearchForm> ReadSectionsAsync(
        MultipartReader reader, SearchFormLimits limits, CancellationToken cancellationToken)
    {
        var files = new List<ReadOnlyMemory<byte>>();
        var fields = new Dictionary<string, string>();
        var left = limits.MaximumBytesOfAll;
        for (var sections = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; sections++)
        {
            var name = Name(section);
            if (sections == MaximumFields + limits.MaximumFiles)
            {
                throw Problem.InvalidRequest($"The form has more than {MaximumFields + limits.MaximumFiles} parts: send fewer fields.");
            }

            if (name == "file")
            {
                if (files.Count == limits.MaximumFiles)
                {
                    throw Problem.InvalidRequest(limits.TooMany);
                }

                var file = await ReadAsync(section.Body, Math.Min(left, limits.MaximumBytes), cancellationToken)
                    ?? throw (left < limits.MaximumBytes ? Problem.BatchTooLarge(limits.MaximumBytesOfAll) : Problem.TooLarge(limits.MaximumBytes));
                left -= file.Length;
                files.Add(file.Length > 0 ? file : throw Problem.InvalidRequest("The file is empty."));
            }
            else if (limits.Fields.Contains(name))
            {
                var text = await ReadAsync(section.Body, MaximumFieldBytes, cancellationToken)
                    ?? throw Problem.InvalidParameter(name, $"The field {name} has more than {MaximumFieldBytes:N0} bytes: shorten it.");
                var value = Encoding.UTF8.GetString(text.Span);
                if (!fields.TryAdd(name, value))
                {
                    fields[name] = SearchExamplesReader.Names.Contains(name)
                        ? fields[name] + SearchExamplesReader.Separator + value
                        : throw Problem.InvalidParameter(name, RequestChecks.Repeated(name));
                }
            }
            else
            {
                throw name.Length == 0
                    ? Problem.InvalidRequest("A part of the form has no name: give each one, in its header Content-Disposition.")
                    : Problem.InvalidParameter(name, RequestChecks.Unknown(name, ["file", .. limits.Fields]));
            }
        }

        return files.Count > 0 || fields.ContainsKey(SearchExamplesReader.Text)
            ? new SearchForm(files, fields)
            : throw Problem.InvalidRequest("The form has no picture: add a part named file.");
    }

    private static string Name(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : "";

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream body, long maximumBytes, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > maximumBytes)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }
}

/// <summary>What a form may have.</summary>
/// <param name="MaximumFiles">Parts <c>file</c>.</param>
/// <param name="TooMany">The sentence for one that has more.</param>
/// <param name="MaximumBytes">Of one file.</param>
/// <param name="MaximumBytesOfAll">Of all files together.</param>
/// <param name="Fields">Names of other parts.</param>
internal sealed record SearchFormLimits(
    int MaximumFiles, string TooMany, long MaximumBytes, long MaximumBytesOfAll, IReadOnlyList<string> Fields);
