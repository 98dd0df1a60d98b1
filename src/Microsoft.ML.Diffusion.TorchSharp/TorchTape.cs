using System.Runtime.CompilerServices;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>The tape of a <see cref="TorchEngine"/>: libtorch's automatic differentiation, and a list of every tensor of the step, which
/// <see cref="Reset"/> disposes of.</summary>
/// <remarks>TorchSharp's dispose scopes belong to a thread and nest; tapes of one thread take turns, and a tape may go from thread to
/// thread.
/// So every tensor leaves whatever scope its caller has open and is the tape's.</remarks>
internal sealed partial class TorchTape : Tape
{
    private readonly TorchEngine _engine;
    private readonly List<torch.Tensor> _step = [];
    private readonly List<torch.Tensor> _staging = [];
    private readonly List<TorchMirror> _usedMirrors = [];
    private readonly HashSet<TorchMirror> _used = [];
    private readonly List<TorchTensor> _inputs = [];
    private int _stagingUsed;
    private bool _ranBackward;

    internal TorchTape(TorchEngine engine, bool training) => (_engine, Training) = (engine, training);

    public override bool Training { get; }

    /// <summary>Whether tensors are computed elsewhere than in host memory.</summary>
    internal bool IsOnGpu => _engine.Gpu is not null;

    public override void Reset()
    {
        foreach (torch.Tensor tensor in _step)
            tensor.Dispose();
        _step.Clear();
        _usedMirrors.Clear();
        _used.Clear();
        _inputs.Clear();
        _stagingUsed = 0;
        _ranBackward = false;
    }

    public override Tensor Input(Shape shape, bool requiresGradient = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(shape.Rank, nameof(shape));
        var input = new TorchTensor(this, shape, NextStaging(shape.Count), requiresGradient && Training);
        if (requiresGradient && Training)
            _inputs.Add(input);
        return input;
    }

    public override Tensor Use(Parameter parameter)
    {
        torch.Tensor value = Get(parameter);
        return new TorchTensor(this, parameter.Shape, parameter.Shape.Rank == 1 ? Keep(value.view(1, parameter.Shape.Columns)) : value);
    }

    public override void Backward(Tensor loss)
    {
        TorchTensor last = Own(loss);
        CheckBackward(loss, Training, _ranBackward);
        _ranBackward = true;
        torch.Tensor[] leaves = [.. _usedMirrors.Select(mirror => mirror.Leaf), .. _inputs.Select(input => input.Value)];
        IList<torch.Tensor> gradients = torch.autograd.grad([last.Value], leaves, allow_unused: true);
        for (int i = 0; i < leaves.Length; i++)
        {
            // What the loss does not depend on has none.
            if (gradients[i] is not { IsInvalid: false } gradient)
                continue;
            if (i < _usedMirrors.Count)
                _usedMirrors[i].AddGradient(gradient.DetachFromDisposeScope());
            else
                _inputs[i - _usedMirrors.Count].SetGradient(Keep(gradient));
        }
    }

    /// <summary>Disposes of a tensor when the step ends.</summary>
    internal torch.Tensor Keep(torch.Tensor tensor)
    {
        _step.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>An input where the engine computes.</summary>
    internal torch.Tensor Upload(torch.Tensor staging, Shape shape, bool requiresGradient)
    {
        torch.Tensor here = IsOnGpu ? Keep(Transfer.ToGpu(staging, torch.ScalarType.Float32, _engine.Device)) : staging;
        torch.Tensor value = Keep(here.view(shape.Rows, shape.Columns));
        return requiresGradient ? Keep(value.detach()).requires_grad_() : value;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        Reset();
        foreach (torch.Tensor tensor in _staging)
            tensor.Dispose();
        _staging.Clear();
    }

    /// <summary>The tensor as one of this tape's.</summary>
    private TorchTensor Own(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (tensor is TorchTensor own && ReferenceEquals(own.Tape, this))
            return own;
        ArgumentNullException.ThrowIfNull(tensor, name);
        throw new ArgumentException("The tensor is of another tape.", name);
    }

    private torch.Tensor Of(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null) => Own(tensor, name).Value;

    private TorchTensor Result(Shape shape, torch.Tensor value) => new(this, shape, Keep(value));

    /// <summary>A parameter's value; in training, as what gradients are taken with respect to.</summary>
    private torch.Tensor Get(Parameter parameter)
    {
        TorchMirror mirror = _engine.MirrorOf(parameter);
        if (!Training)
            return mirror.Value;
        if (_used.Add(mirror))
            _usedMirrors.Add(mirror);
        return mirror.Leaf;
    }

    /// <summary>Host memory for an input: that of the last step where the sizes are the same.</summary>
    private torch.Tensor NextStaging(int count)
    {
        if (_stagingUsed == _staging.Count || _staging[_stagingUsed].NumberOfElements != count)
        {
            torch.Tensor fresh = torch.empty([count], torch.ScalarType.Float32, torch.CPU).DetachFromDisposeScope();
            if (_stagingUsed == _staging.Count)
            {
                _staging.Add(fresh);
            }
            else
            {
                _staging[_stagingUsed].Dispose();
                _staging[_stagingUsed] = fresh;
            }
        }

        return _staging[_stagingUsed++];
    }
}
