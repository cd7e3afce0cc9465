using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace ImageSearch.Extractor.Models;

/// <summary>How every network is opened, and how its errors are put.</summary>
internal static class OnnxSessions
{
    /// <param name="what">The network in a sentence: "model 'models/a.onnx'".</param>
    /// <param name="configure">Adds to what all have.</param>
    /// <exception cref="ModelException">The file is no network.</exception>
    public static InferenceSession Open(string path, string what, int threads, Action<SessionOptions>? configure = null)
    {
        try
        {
            using var settings = new SessionOptions
            {
                IntraOpNumThreads = threads,
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            // Threads that spin between inferences take the processors from decoding and from the other services of a small machine.
            settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            if (!ProcessorFeatures.Current.ByteDotProducts)
            {
                // There, sums of an eight-bit network saturate at 16 bits, and vectors differ from those of other replicas. Elsewhere this
                // only costs time.
                settings.AddSessionConfigEntry("session.x64quantprecision", "1");
            }

            configure?.Invoke(settings);
            return new InferenceSession(path, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"The {what} cannot be loaded: {FirstLine(e)}");
        }
    }

    public static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    public static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim();
}
