using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>STaSy's network (Kim, Lee, Park 2023, section 3.1): layers that see all layers before them, and tell the score of a noisy
/// row.</summary>
internal sealed class StasyDenoiser : Module
{
    // Of numbers between -1 and 1, and of one-hots.
    private const float DeviationOfData = 0.5f;

    private readonly ConcatSquash[] _layers;
    private readonly Linear _last;

    /// <param name="slots">The numbers of a row.</param>
    /// <param name="widths">The width of each layer.</param>
    /// <param name="isScaled">Whether the layers get a row of the same size whatever the noise, and its logarithm, and what they say is
    /// divided by sigma (Karras et al. 2022, section 5): the score is as large as 1 / sigma, from a tenth to a hundred.</param>
    /// <param name="random">Where the first weights come from.</param>
    public StasyDenoiser(int slots, IReadOnlyList<int> widths, bool isScaled, Philox random)
    {
        (Slots, Widths, IsScaled) = (slots, widths, isScaled);
        _layers = new ConcatSquash[widths.Count];
        int columns = slots;
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = AddModule($"layers.{i}", new ConcatSquash(columns, widths[i], random.Fork((ulong)(1 + i))));
            columns += widths[i];
        }
        _last = AddModule("last", new Linear(columns, slots, random.Fork(0)));
    }

    /// <summary>The numbers of a row.</summary>
    public int Slots { get; }

    /// <summary>The width of each layer.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>Whether rows and scores are brought to the same size whatever the noise.</summary>
    public bool IsScaled { get; }

    /// <summary>Tells the score, the gradient of log p(x(t)) by x(t).</summary>
    /// <param name="tape">The step.</param>
    /// <param name="state">[rows, slots]: x(t).</param>
    /// <param name="sigma">[rows, 1]: the deviation of the noise in it.</param>
    /// <returns>[rows, slots].</returns>
    public Tensor Forward(Tape tape, Tensor state, Tensor sigma)
    {
        if (!IsScaled)
            return Layers(tape, state, sigma);
        Tensor size = tape.Input(sigma.Shape), level = tape.Input(sigma.Shape), inverse = tape.Input(sigma.Shape);
        for (int row = 0; row < sigma.Rows; row++)
        {
            float own = sigma.Data[row];
            size.Data[row] = 1 / MathF.Sqrt((own * own) + (DeviationOfData * DeviationOfData));
            level.Data[row] = MathF.Log(own) / 4;
            inverse.Data[row] = 1 / own;
        }
        return tape.Multiply(Layers(tape, tape.Multiply(state, size), level), inverse);
    }

    private Tensor Layers(Tape tape, Tensor x, Tensor noise)
    {
        foreach (ConcatSquash layer in _layers)
            x = layer.Forward(tape, x, noise);
        return _last.Forward(tape, x);
    }
}
