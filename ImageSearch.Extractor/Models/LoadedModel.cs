using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Extractor.Models;

/// <summary>Where the loaded model is found, and waited for.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly TaskCompletionSource<OnnxModel> _model = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TextEncoder? _text;

    public bool IsLoaded => _model.Task.IsCompletedSuccessfully;

    /// <summary>Completes when the model is loaded; never when it cannot be, for then the process stops.</summary>
    public Task<OnnxModel> WaitAsync(CancellationToken cancellationToken) => _model.Task.WaitAsync(cancellationToken);

    /// <summary>Null where the model has none, or is not loaded.</summary>
    public TextEncoder? Text => IsLoaded ? _text : null;

    public void Publish(OnnxModel model, TextEncoder? text = null)
    {
        _text = text;
        _model.SetResult(model);
    }

    public void Dispose()
    {
        if (IsLoaded)
        {
            _model.Task.Result.Dispose();
            _text?.Dispose();
        }
    }
}

/// <summary>The declared model cannot be used. The message is the one line that an operator reads: what is wrong, and with what.</summary>
/// <param name="passes">It cannot be fetched at the moment: another start may have more luck.</param>
internal sealed class ModelException(string message, bool passes = false) : Exception(message)
{
    public bool Passes => passes;
}

/// <summary>Ready when the model is loaded and has been seen to work.</summary>
internal sealed class ModelHealthCheck(LoadedModel host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
        host.IsLoaded
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, "The model is being loaded."));
}
