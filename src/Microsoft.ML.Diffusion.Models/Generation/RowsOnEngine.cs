using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>Workspaces on one engine other than the managed one, which several threads make rows with. The engine lives as long as the
/// generator does.</summary>
internal sealed class RowsOnEngine(EngineChoice choice)
{
    /// <summary>Fewer rows than this are done on the managed engine by the time a device has begun.</summary>
    public const int Fewest = 512;

    /// <summary>How many rows go to the device at once: enough to fill it, while the random draws of a portion on the host go on
    /// beside.</summary>
    public const int AtOnce = 4096;

    private readonly Lazy<TensorEngine> _engine = new(() => choice.Create(threads: null));
    private readonly ConcurrentBag<Workspace> _idle = [];

    /// <summary>Lends a workspace.</summary>
    public void Use(Action<Workspace> action)
    {
        if (!_idle.TryTake(out Workspace? workspace))
            workspace = new Workspace(_engine.Value);
        action(workspace);
        _idle.Add(workspace);
    }
}
