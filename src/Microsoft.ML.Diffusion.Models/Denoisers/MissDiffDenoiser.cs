using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>MissDiff's network (Ouyang et al. 2023, section 5): residual blocks in which every block is told the noise level;
/// predicts the noise of every slot, as a correction of what the slot's own state says about it.</summary>
/// <remarks>
/// The code published with the paper gives every slot 64 channels of its own and lets the slots attend to each other; here the
/// blocks run over the whole row. A row of more slots than channels could not get its noise through them, so it is passed by,
/// slot by slot, as its own channels do there.
/// </remarks>
internal sealed class MissDiffDenoiser : Module
{
    /// <summary>The size of the diffusion embedding (MissDiff, section 5).</summary>
    private const int EmbeddingWidth = 128;

    // Of a number spread evenly over 0 to 1, as min-max scaling leaves it.
    private const double TypicalVariance = 1.0 / 12;

    private readonly TimestepEmbedding _embedding;
    private readonly Linear _first;
    private readonly Block[] _blocks;
    private readonly Linear _last;

    public MissDiffDenoiser(int slots, int width, int blocks, Philox random)
    {
        _embedding = AddModule("embedding", new TimestepEmbedding(EmbeddingWidth, EmbeddingWidth, random.Fork(0), Activation.SiLU));
        _first = AddModule("first", new Linear(slots, width, random.Fork(1), Activation.ReLU));
        _blocks = new Block[blocks];
        for (int i = 0; i < blocks; i++)
            _blocks[i] = AddModule($"blocks.{i}", new Block(width, random.Fork((ulong)(3 + i))));
        _last = AddModule("last", new Linear(width, slots, random.Fork(2)).Zero());
    }

    /// <summary>Width of the residual blocks.</summary>
    public int Width => _first.Weight.Shape.Columns;

    /// <summary>Number of residual blocks.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>Predicts the noise.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="state">[rows, slots]: x_t divided by its size.</param>
    /// <param name="process">The process.</param>
    /// <param name="levels">The noise level of each row, or one for all rows.</param>
    /// <returns>[rows, slots].</returns>
    public Tensor Forward(Tape tape, Tensor state, GaussianProcess process, ReadOnlySpan<float> levels)
    {
        Tensor embedding = _embedding.Forward(tape, levels);
        Tensor x = _first.Forward(tape, state);
        foreach (Block block in _blocks)
            x = block.Forward(tape, x, embedding);
        return _last.Forward(tape, x, LinearEstimate(tape, state, process, levels));
    }

    /// <summary>The best linear estimate of the noise from a state alone, for data of a typical size.</summary>
    private static Tensor LinearEstimate(Tape tape, Tensor state, GaussianProcess process, ReadOnlySpan<float> levels)
    {
        Tensor factors = tape.Input(new Shape(state.Rows, 1));
        for (int row = 0; row < state.Rows; row++)
        {
            int level = (int)levels[levels.Length == 1 ? 0 : row];
            double signal = process.Schedule.Signal(level), noise = process.Schedule.Noise(level);
            factors.Data[row] = (float)(noise * process.Size(level) / (signal * signal * TypicalVariance + noise * noise));
        }
        return tape.Multiply(state, factors);
    }

    /// <summary>x + W2 SiLU(W1 norm(x + P embedding)).</summary>
    private sealed class Block : Module
    {
        private readonly Linear _level;
        private readonly LayerNorm _norm;
        private readonly Linear _first;
        private readonly Linear _second;

        public Block(int width, Philox random)
        {
            _level = AddModule("level", new Linear(EmbeddingWidth, width, random.Fork(0)));
            _norm = AddModule("norm", new LayerNorm(width));
            _first = AddModule("first", new Linear(width, width, random.Fork(1), Activation.SiLU));
            _second = AddModule("second", new Linear(width, width, random.Fork(2)));
        }

        public Tensor Forward(Tape tape, Tensor x, Tensor embedding)
        {
            Tensor informed = tape.Add(x, _level.Forward(tape, embedding));
            return _second.Forward(tape, _first.Forward(tape, _norm.Forward(tape, informed)), residual: x);
        }
    }
}
