using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>Makes batches for a <see cref="CsdiDenoiser"/>: diffuses rows and says which slots' noise counts.</summary>
/// <remarks>
/// MissDiff (Ouyang et al. 2023, algorithm 1): the whole row is diffused, holes and all, and the noise of observed entries counts.
/// CSDI-T (Tashiro et al. 2021, algorithm 1): of the observed cells of each row some are hidden, so that any number of them is as likely as
/// any other but at least one is; the others are shown as they are, and the noise of the hidden ones counts.
/// </remarks>
internal sealed class CsdiBatch
{
    private readonly CsdiSlots _slots;
    private readonly GaussianProcess _process;
    private readonly float[] _uniforms;
    private readonly float[] _shown;
    private readonly bool[] _isHidden;
    private readonly ComputedCells? _computed;
    private readonly float[] _values;
    private readonly int _width;
    private readonly bool _isConditional;

    /// <param name="slots">The slots of the columns.</param>
    /// <param name="process">Diffuses.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="computed">Cells that are hidden together with others; null for none.</param>
    public CsdiBatch(CsdiSlots slots, GaussianProcess process, CsdiSettings settings, ComputedCells? computed = null)
    {
        _computed = computed;
        (_slots, _process, _width, _isConditional) = (slots, process, slots.ColumnCount, settings.IsConditional);
        int rows = settings.BatchSize, all = rows * slots.Count;
        // For each row: one number per cell, then the level, the share to hide, the one to hide at least.
        _uniforms = new float[rows * (_width + 3)];
        _shown = new float[_width];
        _isHidden = new bool[_width];
        _values = new float[slots.Count];
        Levels = new int[rows];
        Input = new float[all * (_isConditional ? 2 : 1)];
        Known = new float[_isConditional ? all : 0];
        Epsilon = new float[all];
        Counts = new float[all];
    }

    /// <summary>The noise level of each row.</summary>
    public int[] Levels { get; }

    /// <summary>[rows times slots, 2] where conditional: known value and state; otherwise [rows times slots, 1]: the state.</summary>
    public float[] Input { get; }

    /// <summary>[rows times slots], where conditional: 1 where the value is known, else 0.</summary>
    public float[] Known { get; }

    /// <summary>[rows times slots]: the noise in the state.</summary>
    public float[] Epsilon { get; }

    /// <summary>[rows times slots]: 1 where the noise counts, else 0.</summary>
    public float[] Counts { get; }

    /// <summary>Fills the batch.</summary>
    /// <param name="rows">The rows to choose from.</param>
    /// <param name="order">Which rows.</param>
    /// <param name="random">This step's random stream.</param>
    public void Fill(EncodedRows rows, RowOrder order, Philox random)
    {
        random.Fork(0).FillUniform(_uniforms);
        random.Fork(1).FillNormal(Epsilon);
        int slots = _slots.Count;
        for (int row = 0; row < Levels.Length; row++)
        {
            ReadOnlySpan<float> own = rows.Row(order.Next());
            ReadOnlySpan<float> uniforms = _uniforms.AsSpan(row * (_width + 3), _width + 3);
            int level = Levels[row] = 1 + (int)(uniforms[_width] * _process.Schedule.Steps);
            ReadOnlySpan<float> noise = Epsilon.AsSpan(row * slots, slots);
            Span<float> counts = Counts.AsSpan(row * slots, slots);
            _slots.Write(own, _values, counts);
            if (_isConditional)
                FillConditional(own, uniforms, level, noise, Input.AsSpan(2 * row * slots, 2 * slots), Known.AsSpan(row * slots, slots), counts);
            else
                FillWhole(level, noise, Input.AsSpan(row * slots, slots));
        }
    }

    private void FillWhole(int level, ReadOnlySpan<float> noise, Span<float> input)
    {
        for (int i = 0; i < input.Length; i++)
            input[i] = State(_values[i], noise[i], level);
    }

    private void FillConditional(
        ReadOnlySpan<float> cells,
        ReadOnlySpan<float> uniforms,
        int level,
        ReadOnlySpan<float> noise,
        Span<float> input,
        Span<float> known,
        Span<float> counts)
    {
        Hide(cells, uniforms);
        for (int i = 0; i < counts.Length; i++)
            input[2 * i] = State(_values[i], noise[i], level);
        _slots.Write(_shown, _values, known);
        for (int i = 0; i < counts.Length; i++)
        {
            bool isKnown = known[i] != 0;
            (input[2 * i], input[(2 * i) + 1]) = isKnown ? (_values[i], 0f) : (0f, input[2 * i]);
            counts[i] -= known[i];
        }
    }

    /// <summary>Copies the cells to what is shown, some of the observed ones left out.</summary>
    private void Hide(ReadOnlySpan<float> cells, ReadOnlySpan<float> uniforms)
    {
        float share = uniforms[_width + 1];
        int observed = 0;
        foreach (float cell in cells)
            observed += float.IsNaN(cell) ? 0 : 1;
        int certain = (int)(uniforms[_width + 2] * observed);
        for (int i = 0; i < cells.Length; i++)
        {
            bool isObserved = !float.IsNaN(cells[i]);
            _isHidden[i] = isObserved && (certain == 0 || uniforms[i] < share);
            certain -= isObserved ? 1 : 0;
        }
        _computed?.Follow(cells, _isHidden);
        for (int i = 0; i < cells.Length; i++)
            _shown[i] = _isHidden[i] ? float.NaN : cells[i];
    }

    private float State(float data, float noise, int level) => (float)(_process.Diffuse(data, noise, level) / _process.Size(level));
}
