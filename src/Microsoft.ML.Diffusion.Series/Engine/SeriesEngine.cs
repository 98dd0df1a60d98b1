using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Series.Engine;
using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion;

/// <summary>Gives a trained model whole series, or steps that follow each other, as objects of a class.</summary>
/// <remarks>To create an engine, use
/// <see cref="DiffusionSeriesCatalog.CreateSeriesEngine{T}(ITransformer, MLContext)">CreateSeriesEngine</see>. Its calls may come from
/// several threads; appended steps are taken one after another.</remarks>
/// <typeparam name="T">A class with a property for every column that the model reads and for those of the results that are wanted, those
/// that are filled in at least.</typeparam>
public sealed class SeriesEngine<T> : IDisposable
    where T : class, new()
{
    private readonly MLContext _context;
    private readonly ITransformer _model;
    private readonly DiffusionImputeSeriesTransformer _series;
    private readonly AppendingTransformer _appending;
    private readonly Lazy<PredictionEngine<T, T>> _engine;
    private readonly Lock _gate = new();

    internal SeriesEngine(ITransformer model, MLContext context)
    {
        (_model, _context) = (model, context);
        DiffusionImputeSeriesTransformer[] found = [.. Stages(model).OfType<DiffusionImputeSeriesTransformer>()];
        _series = found.Length == 1 ? found[0] : throw new ArgumentException(
            $"The model has {found.Length} transformers that fill series; one was expected.", nameof(model));
        string[] members = [.. SchemaDefinition.Create(typeof(T)).Select(column => column.ColumnName)];
        foreach (InputOutputColumnPair pair in _series.Columns)
        {
            if (!members.Contains(pair.OutputColumnName, StringComparer.Ordinal))
            {
                throw new ArgumentException(
                    $"{typeof(T).Name} has no property '{pair.OutputColumnName}', which the model fills in.", nameof(model));
            }
        }
        _appending = new AppendingTransformer(_series);
        _engine = new Lazy<PredictionEngine<T, T>>(
            () => context.Model.CreatePredictionEngine<T, T>(WithAppending(model)));
    }

    /// <summary>How many series were begun by <see cref="Append"/> and not forgotten.</summary>
    public int OpenSeries
    {
        get
        {
            lock (_gate)
                return _appending.States.Count;
        }
    }

    /// <summary>Fills one or several whole series.</summary>
    /// <param name="steps">Their steps in any order; where columns are vectors, one object a series.</param>
    /// <returns>New objects in the same order, filled.</returns>
    /// <exception cref="InvalidDataException">A step has no time or no series, or two are of the same series and time.</exception>
    public IReadOnlyList<T> Complete(IEnumerable<T> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        IDataView view = _model.Transform(_context.Data.LoadFromEnumerable((T[])[.. steps]));
        return [.. _context.Data.CreateEnumerable<T>(view, reuseRowObject: false)];
    }

    /// <summary>Adds the next step of a series, which is begun where its name is new, and fills it: as the last step of the series so far
    /// would be filled.</summary>
    /// <param name="step">The step, later than those of its series before it.</param>
    /// <returns>A new object, filled.</returns>
    /// <exception cref="InvalidOperationException">The model was not trained to know nothing of the future
    /// (<see cref="SeriesDirection.Causal"/>), or its rows are whole series.</exception>
    /// <exception cref="InvalidDataException">The step has no time or no series, or is not later than the one before; the series stays as
    /// it was.</exception>
    public T Append(T step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (!_series.IsStepPerRow)
            throw new InvalidOperationException("A row of this model is a whole series, to which nothing is appended; Complete fills it.");
        if (_series.Model.Direction != SeriesDirection.Causal)
        {
            throw new InvalidOperationException(
                "The model looks at what comes after a step, which is not known yet: train it with Options.Direction = Causal.");
        }
        lock (_gate)
            return _engine.Value.Predict(step);
    }

    /// <summary>Forgets a series, which gives its memory back; a step with its name begins it anew.</summary>
    /// <param name="name">Its name: the text of its group column; empty where there is none.</param>
    /// <returns>Whether there was one.</returns>
    public bool Forget(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_gate)
            return _appending.States.Remove(name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _appending.States.Clear();
            if (_engine.IsValueCreated)
                _engine.Value.Dispose();
        }
    }

    private static IEnumerable<ITransformer> Stages(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Stages) : [model];

    private ITransformer WithAppending(ITransformer model) =>
        model == _series ? _appending
        : model is IEnumerable<ITransformer> chain ? new TransformerChain<ITransformer>([.. chain.Select(WithAppending)])
        : model;
}
