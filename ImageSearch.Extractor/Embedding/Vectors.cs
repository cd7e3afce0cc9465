using System.Numerics.Tensors;
using ImageSearch.Core.Imaging;

namespace ImageSearch.Extractor.Embedding;

/// <summary>What is made of a network's raw outputs.</summary>
internal static class Vectors
{
    /// <summary>Labels that are kept of a picture.</summary>
    private const int Labels = 5;

    /// <summary>Slug of the problem that a picture without a usable vector is.</summary>
    public const string NoVector = "no-vector";

    /// <summary>Copies the embedding, scaled to length 1.</summary>
    /// <exception cref="InvalidImageException">The network gave zeros or no numbers: nothing that could be compared.</exception>
    public static float[] Normalise(ReadOnlySpan<float> embedding)
    {
        var norm = TensorPrimitives.Norm(embedding);
        if (!float.IsNormal(norm))
        {
            throw new InvalidImageException(NoVector, "The model gives no usable vector for this picture.");
        }

        var vector = new float[embedding.Length];
        TensorPrimitives.Divide(embedding, norm, vector);
        return vector;
    }

    /// <summary>The most probable labels, best first.</summary>
    public static IReadOnlyList<Label> Rank(ReadOnlySpan<float> probabilities, IReadOnlyList<string> labels)
    {
        var best = new List<Label>(Labels + 1);
        for (var i = 0; i < probabilities.Length; i++)
        {
            var probability = probabilities[i];
            if (best.Count == Labels && !(probability > best[^1].Probability))
            {
                continue;
            }

            var at = best.FindIndex(label => probability > label.Probability);
            best.Insert(at < 0 ? best.Count : at, new Label(labels[i], probability));
            if (best.Count > Labels)
            {
                best.RemoveAt(Labels);
            }
        }

        return best;
    }
}
