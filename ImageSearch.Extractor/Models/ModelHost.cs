namespace ImageSearch.Extractor.Models;

/// <summary>Where the loaded model is found, and waited for.</summary>
internal sealed class ModelHost : IDisposable
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
