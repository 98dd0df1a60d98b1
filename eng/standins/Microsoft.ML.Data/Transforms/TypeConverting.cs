using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(TypeConvertingTransformer), null, typeof(SignatureLoadModel), "Convert types", TypeConvertingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    private readonly InputOutputColumnPair[] _pairs;
    private readonly DataKind _kind;

    internal TypeConvertingEstimator(IHostEnvironment env, InputOutputColumnPair[] pairs, DataKind kind)
        : base(env.Register(nameof(TypeConvertingEstimator)), new TypeConvertingTransformer(env, pairs, kind))
    {
        _pairs = pairs;
        _kind = kind;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_pairs, column =>
    {
        if (column.IsKey || TypeConvertingTransformer.ConverterOrNull(column.ItemType, _kind.ToType()) == null)
            throw TypeConvertingTransformer.NotCompatible(column.Name, column.GetTypeString(), _kind);
        return new(column.Name, column.Kind, _kind.ToType(), false, column.Annotations.Keep());
    });
}

// Numbers, truth values and texts into one another where nothing is lost; a text that is no number becomes NaN.
public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ConvertTransform";
    private readonly DataKind _kind;

    internal TypeConvertingTransformer(IHostEnvironment env, InputOutputColumnPair[] pairs, DataKind kind) : base(env.Register(LoaderSignature), pairs)
        => _kind = kind;

    private TypeConvertingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature), ctx)
        => _kind = (DataKind)ctx.Reader.ReadByte();

    private protected override VersionInfo Version => new("CONVERTF", 1, 1, 1, typeof(TypeConvertingTransformer).Assembly.FullName, LoaderSignature);

    private protected override void SaveCore(ModelSaveContext ctx) => ctx.Writer.Write((byte)_kind);

    internal static ArgumentOutOfRangeException NotCompatible(string name, string type, DataKind kind)
        => new("inputSchema", $"source column '{name}' with item type '{type}' is not compatible with destination type '{kind.ToType()}'");

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input)
    {
        PrimitiveDataViewType target = _kind.ToType();
        Delegate convert = ConverterOrNull(input.Type.ItemType(), target) ?? throw NotCompatible(input.Name, input.Type.ToString(), _kind);
        DataViewSchema.Annotations.Builder annotations = input.Keep();
        if (input.Type.ItemType() is BooleanDataViewType && target is NumberDataViewType)
            annotations.AddIsNormalized();
        return new(input.Type.WithItem(target), annotations.ToAnnotations(), row => Getters.Invoke<Delegate>(
            (Func<DataViewRow, DataViewSchema.Column, Func<int, int>, Delegate>)CreateGetter, [input.Type.ItemType().RawType, target.RawType], row, input, convert));
    }

    internal static Delegate ConverterOrNull(DataViewType source, DataViewType target)
    {
        bool known = source is NumberDataViewType or BooleanDataViewType or TextDataViewType
            && target is NumberDataViewType or BooleanDataViewType or TextDataViewType;
        bool widens = source is TextDataViewType || target is not NumberDataViewType || source.Equals(target) || Widens(source.RawType, target.RawType);
        return known && widens
            ? Getters.Invoke<Delegate>((Func<PrimitiveDataViewType, Delegate>)Converter<int, int>, [source.RawType, target.RawType], target)
            : null;
    }

    // To a real number from any; to an integer from a smaller one of the same sign; a truth value counts as signed.
    private static bool Widens(Type source, Type target)
    {
        if (target == typeof(float) || target == typeof(double))
            return true;
        if (source == typeof(float) || source == typeof(double))
            return false;
        return source == typeof(bool) ? IsSigned(target) : IsSigned(source) == IsSigned(target) && Marshal.SizeOf(source) <= Marshal.SizeOf(target);
    }

    private static bool IsSigned(Type type) => type.Name.StartsWith("Int", StringComparison.Ordinal) || type == typeof(sbyte);

    private static Delegate Converter<TIn, TOut>(PrimitiveDataViewType target)
    {
        if (typeof(TIn) == typeof(TOut))
            return (Func<TIn, TIn>)(value => value);
        if (target is TextDataViewType)
            return (Func<TIn, ReadOnlyMemory<char>>)(value => Convert.ToString(value, CultureInfo.InvariantCulture).AsMemory());
        if (typeof(TIn) == typeof(ReadOnlyMemory<char>))
        {
            TextParser<TOut> parse = TextValues.Parser<TOut>(target, new TextLoader.Options());
            bool badIsMissing = MissingValues.Has(target) || target is BooleanDataViewType;
            return (Func<ReadOnlyMemory<char>, TOut>)(text => parse(text, out TOut value) || badIsMissing
                ? value
                : throw new InvalidOperationException($"Value could not be parsed from text to {target}."));
        }
        return (Func<TIn, TOut>)(value => (TOut)Convert.ChangeType(value, typeof(TOut), CultureInfo.InvariantCulture));
    }

    private static Delegate CreateGetter<TIn, TOut>(DataViewRow row, DataViewSchema.Column input, Func<TIn, TOut> convert)
        => ItemMaps.CreateGetter<TIn, TOut>(row, input, (value, _) => convert(value));
}
