using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>The draws of one sequence one after another, made many at a time.</summary>
internal sealed class RandomStream
{
    private readonly float[] _draws = new float[512];
    private Philox _random;
    private ulong _next;
    private int _place;

    /// <summary>Starts another sequence.</summary>
    public void Start(Philox random)
    {
        (_random, _next, _place) = (random, 0, _draws.Length);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-24.</summary>
    public float Uniform()
    {
        if (_place == _draws.Length)
        {
            _random.FillUniform(_draws, _next);
            _next += (ulong)_draws.Length;
            _place = 0;
        }
        return _draws[_place++];
    }

    /// <summary>A whole number, uniform in 0 to bound - 1, for bounds far below 2^24.</summary>
    public int Below(int bound) => Math.Min(bound - 1, (int)(Uniform() * (double)bound));
}
