using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>Rows as trainers want them: "Features", and the label under the name "Label" and its own.</summary>
internal sealed class FeatureView : IDataView
{
    // ML.NET's default names.
    public const string Features = "Features", Label = "Label", PredictedLabel = "PredictedLabel", Score = "Score";

    private readonly RowList _rows;
    private readonly Featurizer _featurizer;
    private readonly Func<Func<int>, Delegate> _label;

    private FeatureView(RowList rows, Featurizer featurizer, string labelName, DataViewType labelType, Func<Func<int>, Delegate> label)
    {
        _rows = rows;
        _featurizer = featurizer;
        _label = label;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(Features, new VectorDataViewType(NumberDataViewType.Single, featurizer.Width));
        schema.AddColumn(Label, labelType);
        if (labelName is not (Label or Features))
            schema.AddColumn(labelName, labelType);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    /// <summary>Rows with the label that they have.</summary>
    public static FeatureView Of(RowList rows, Featurizer featurizer, LabelCoding label) =>
        new(rows, featurizer, label.Name, label.Type, row => label.Task switch
        {
            LabelTask.Binary => (ValueGetter<bool>)((ref value) => value = label.ClassOf(rows[row()]) == 1),
            LabelTask.Multiclass => (ValueGetter<uint>)((ref value) => value = (uint)label.ClassOf(rows[row()]) + 1),
            _ => (ValueGetter<float>)((ref value) => value = label.Scaled(rows[row()])),
        });

    /// <summary>Rows with a truth value of their own for each.</summary>
    public static FeatureView Of(RowList rows, Featurizer featurizer, bool[] labels) => new(
        rows, featurizer, Label, BooleanDataViewType.Instance, row => (ValueGetter<bool>)((ref value) => value = labels[row()]));

    public long? GetRowCount() => _rows.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly FeatureView _view;
        private readonly bool[] _active;
        private long _row = -1;

        public Cursor(FeatureView view, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _view = view;
            _active = new bool[view.Schema.Count];
            foreach (DataViewSchema.Column column in columnsNeeded)
                _active[column.Index] = true;
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _row < _view._rows.Count ? _row : -1;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override bool MoveNext()
        {
            _row = Math.Min(_row + 1, _view._rows.Count);
            return _row < _view._rows.Count;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Index == 0 ? (ValueGetter<VBuffer<float>>)Write : _view._label(() => (int)_row);
            return getter as ValueGetter<TValue>
                ?? throw new ArgumentException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.", nameof(column));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref id) => id = new DataViewRowId((ulong)_row, 0);

        private void Write(ref VBuffer<float> features)
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref features, _view._featurizer.Width);
            _view._featurizer.Write(_view._rows[(int)_row], editor.Values);
            features = editor.Commit();
        }
    }
}
