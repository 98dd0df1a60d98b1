using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>What the network knows of the step t: cosines and then sines of t at frequencies from 1 down to 1/10,000 (Ho et al. 2020), two
/// linear layers with SiLU between them, and the SiLU with which every block begins to use it.</summary>
internal sealed class StepEmbedding : Module
{
    private const double Slowest = 10_000;

    private readonly Linear _first;
    private readonly Linear _second;
    private readonly float[] _frequencies;

    /// <param name="waves">Cosines and sines together; even.</param>
    /// <param name="columns">Columns of the embedding.</param>
    /// <param name="random">Where the first weights come from.</param>
    public StepEmbedding(int waves, int columns, Philox random)
    {
        _first = AddModule("0", new Linear(waves, columns, random.Fork(0), Activation.SiLU));
        _second = AddModule("2", new Linear(columns, columns, random.Fork(1), Activation.SiLU));
        _frequencies = [.. Enumerable.Range(0, waves / 2).Select(i => (float)Math.Exp(-Math.Log(Slowest) * i / (waves / 2)))];
    }

    /// <summary>The embedding of each picture's step.</summary>
    public Tensor Forward(Tape tape, ReadOnlySpan<int> steps)
    {
        int half = _frequencies.Length;
        Tensor waves = tape.Input(new Shape(steps.Length, 2 * half));
        for (int row = 0; row < steps.Length; row++)
        {
            Span<float> cosines = waves.Data.Slice(row * 2 * half, half), sines = waves.Data.Slice((row * 2 * half) + half, half);
            for (int i = 0; i < half; i++)
                (sines[i], cosines[i]) = MathF.SinCos(steps[row] * _frequencies[i]);
        }

        return _second.Forward(tape, _first.Forward(tape, waves));
    }
}
