namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>
/// What a denoiser knows of the timestep: sines and cosines of t at geometrically spaced frequencies (Vaswani et al. 2017,
/// section 3.5; Ho et al. 2020, appendix B), then two linear layers with SiLU.
/// </summary>
public sealed class TimestepEmbedding : Module
{
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly float[] _frequencies;

    /// <summary>Creates the layers.</summary>
    /// <param name="frequencies">Columns of the sinusoids; even.</param>
    /// <param name="columns">Columns of what comes out.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="lastActivation">What is applied to the second layer.</param>
    public TimestepEmbedding(int frequencies, int columns, Philox random, Activation lastActivation = Activation.None)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frequencies, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(frequencies % 2, 0, nameof(frequencies));
        _first = AddModule("first", new Linear(frequencies, columns, random.Fork(0), Activation.SiLU));
        _second = AddModule("second", new Linear(columns, columns, random.Fork(1), lastActivation));
        _frequencies = new float[frequencies / 2];
        for (int i = 0; i < _frequencies.Length; i++)
            _frequencies[i] = (float)Math.Exp(-Math.Log(10000) * i / _frequencies.Length);
    }

    /// <summary>The embedding of each row's timestep.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="timesteps">One for each row; they need not be whole.</param>
    /// <returns>[timesteps.Length, columns].</returns>
    public Tensor Forward(Tape tape, ReadOnlySpan<float> timesteps)
    {
        Tensor sinusoids = tape.Input(new Shape(timesteps.Length, 2 * _frequencies.Length));
        Span<float> data = sinusoids.Data;
        for (int row = 0; row < timesteps.Length; row++)
        {
            Span<float> sines = data.Slice(row * sinusoids.Columns, _frequencies.Length);
            Span<float> cosines = data.Slice((row * sinusoids.Columns) + _frequencies.Length, _frequencies.Length);
            for (int i = 0; i < _frequencies.Length; i++)
                (sines[i], cosines[i]) = MathF.SinCos(timesteps[row] * _frequencies[i]);
        }

        return _second.Forward(tape, _first.Forward(tape, sinusoids));
    }
}
