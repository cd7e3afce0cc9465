using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>
/// Chooses the model that answers a search: the named one, else by chance in proportion to the weights, the same for the same client where
/// one says who it is. One that could not answer a moment ago comes after all others, so that not every search waits for it again.
/// </summary>
internal sealed class ModelChooser(IOptions<ModelRoutes> models, IOptions<SearchOptions> options, Random random, TimeProvider time)
{
    // One entry per declared model at most.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _failures = new();

    /// <param name="name">The model; null for the weights to choose.</param>
    /// <param name="client">Searches with the same token get the same model; null: none is like another.</param>
    /// <param name="words">Whether it is to know words.</param>
    /// <returns>The named model alone; or all that have a weight, in the order to try them in.</returns>
    /// <exception cref="ProblemException">
    /// The name is unknown, or none is given and no model has a weight; or it knows no words.
    /// </exception>
    public IReadOnlyList<ModelRoute> Choose(string? name, string? client = null, bool words = false)
    {
        if (name is not null)
        {
            var named = models.Value.Named(name) ?? throw Problem.UnknownModel(models.Value, "and one is chosen");
            return named.Words || !words ? [named] : throw Problem.NoWords(models.Value);
        }

        if (words && !models.Value.Any(model => model.Words && model.Weight > 0))
        {
            throw Problem.NoWords(models.Value);
        }

        ModelRoute[] order =
        [
            .. models.Value.Where(model => model.Weight > 0 && (model.Words || !words))
                .Select(
                    model => (Model: model, Draw: Draw(model.Weight, client is null ? 1 - random.NextDouble() : Point(client, model.Name))))
                .OrderBy(drawn => FailedLately(drawn.Model))
                .ThenBy(drawn => drawn.Draw)
                .Select(drawn => drawn.Model),
        ];
        return order.Length > 0
            ? order
            : throw Problem.InvalidParameter("model", "Every model has weight 0 here: name the one to search with.");
    }

    /// <summary>The model could not answer a search.</summary>
    public void ReportFailure(ModelRoute model) => _failures[model.Name] = time.GetUtcNow();

    private bool FailedLately(ModelRoute model) =>
        _failures.TryGetValue(model.Name, out var failed) && time.GetUtcNow() - failed < options.Value.AvoidFailedModelFor;

    /// <summary>
    /// From a point in (0, 1], a draw that is the smallest of all in proportion to the weight. Hashed points make it weighted rendezvous
    /// hashing: when a model comes, goes or is avoided, only the clients that it gains or loses change.
    /// </summary>
    private static double Draw(double weight, double point) => -Math.Log(point) / weight;

    // The same in every process and for ever, which the hash of a string is not.
    private static double Point(string client, string model) =>
        ((BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{client}"))) >> 11) + 1) / (double)(1L << 53);
}
