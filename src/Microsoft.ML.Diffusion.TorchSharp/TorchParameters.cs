namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>Parameters one after another in one tensor, so that an optimizer works on all of them in a few operations.</summary>
internal sealed class TorchParameters : IDisposable
{
    private readonly TorchMirror[] _mirrors;

    internal TorchParameters(TorchMirror[] mirrors)
    {
        _mirrors = mirrors;
        torch.Tensor[] parts = [.. mirrors.Select(mirror => mirror.Value.reshape(mirror.Count))];
        Value = torch.cat(parts).DetachFromDisposeScope();
        foreach (torch.Tensor part in parts)
            part.Dispose();
        long start = 0;
        foreach (TorchMirror mirror in mirrors)
        {
            using torch.Tensor part = Value.narrow(0, start, mirror.Count);
            mirror.MoveInto(this, part);
            start += mirror.Count;
        }
    }

    /// <summary>All elements, in one dimension.</summary>
    internal torch.Tensor Value { get; }

    /// <summary>Whether these parameters, in this order, are what lies here.</summary>
    internal bool Holds(TorchMirror[] mirrors) =>
        _mirrors.AsSpan().SequenceEqual(mirrors) && Array.TrueForAll(mirrors, mirror => mirror.Home == this);

    /// <summary>The gradients of all, in the order of <see cref="Value"/>, for the caller to dispose; leaves zeros.</summary>
    internal torch.Tensor TakeGradient()
    {
        torch.Tensor[] parts = [.. _mirrors.Select(mirror =>
            mirror.TakeGradient() ?? torch.zeros([mirror.Count], torch.ScalarType.Float32, mirror.Engine.Device).DetachFromDisposeScope())];
        torch.Tensor all = torch.cat(parts).DetachFromDisposeScope();
        foreach (torch.Tensor part in parts)
            part.Dispose();
        return all;
    }

    /// <summary>Says that <see cref="Value"/> has changed.</summary>
    internal void CountChange()
    {
        foreach (TorchMirror mirror in _mirrors)
            mirror.CountChange();
    }

    public void Dispose() => Value.Dispose();
}
