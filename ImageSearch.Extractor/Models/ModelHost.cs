namespace ImageSearch.Extractor.Models;

/// <summary>Where the loaded model is found, and waited for.</summary>
internal sealed class ModelHost : IDisposable
{
    private readonly TaskCompletionSource<OnnxModel> _model = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsLoaded => _model.Task.IsCompletedSuccessfully;

    /// <summary>Completes when the model is loaded; never when it cannot be, for then the process stops.</summary>
    public Task<OnnxModel> WaitAsync(CancellationToken cancellationToken) => _model.Task.WaitAsync(cancellationToken);

    public void Publish(OnnxModel model) => _model.SetResult(model);

    public void Dispose()
    {
        if (IsLoaded)
        {
            _model.Task.Result.Dispose();
        }
    }
}
