using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

// What a trainer predicts, and so the type of its label and the columns of its prediction.
internal enum LabelKind
{
    Binary,
    Multiclass,
    Regression,
}

internal static class LabelKindExtensions
{
    public static SchemaShape.Column LabelColumn(this LabelKind kind, string name) => kind switch
    {
        LabelKind.Binary => TrainerUtils.MakeBoolScalarLabel(name),
        LabelKind.Multiclass => TrainerUtils.MakeU4ScalarColumn(name),
        _ => TrainerUtils.MakeR4ScalarColumn(name),
    };

    public static SchemaShape.Column[] OutputColumns(this LabelKind kind, bool calibrated, SchemaShape.Column label) =>
        kind switch
    {
        LabelKind.Binary when calibrated =>
        [
            Scalar(DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance),
            Scalar(DefaultColumnNames.Score, NumberDataViewType.Single),
            Scalar(DefaultColumnNames.Probability, NumberDataViewType.Single, isNormalized: true),
        ],
        LabelKind.Binary =>
        [
            Scalar(DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance),
            Scalar(DefaultColumnNames.Score, NumberDataViewType.Single),
        ],
        LabelKind.Multiclass => Multiclass(label),
        _ => [Scalar(DefaultColumnNames.Score, NumberDataViewType.Single)],
    };

    // The names of the label's keys become those of the predicted label and of the slots of the score.
    private static SchemaShape.Column[] Multiclass(SchemaShape.Column label)
    {
        SchemaShape.Column[] ofLabel = [], ofScore = [];
        if (label.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column names))
        {
            ofLabel = [names];
            ofScore = [Named(AnnotationUtils.Kinds.TrainingLabelValues, names)];
            if (names.ItemType is TextDataViewType)
                ofScore = [.. ofScore, Named(AnnotationUtils.Kinds.SlotNames, names)];
        }
        return
        [
            new(DefaultColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true,
                new SchemaShape([.. AnnotationUtils.GetTrainerOutputAnnotation(), .. ofLabel])),
            new(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false,
                new SchemaShape([.. AnnotationUtils.GetTrainerOutputAnnotation(), .. ofScore])),
        ];
    }

    private static SchemaShape.Column Named(string name, SchemaShape.Column column) =>
        new(name, column.Kind, column.ItemType, column.IsKey);

    private static SchemaShape.Column Scalar(string name, DataViewType type, bool isNormalized = false) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, type, false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation(isNormalized)));
}
