"""Made phrases of the kind forms hold, distinct and deterministic, with near-copies planted among them."""

import random

PLACES = (
    "市本级 沙坡头区 中宁县 海原县 城区 乡镇 村级 县域 开发区 工业园区 东部片区 沿黄地区 山区 川区 高速出口 火车站 政务大厅 "
    "便民中心 市民广场 老旧小区 移民安置区 易地搬迁点 产业基地 物流园 农贸市场 公共场馆 中心校 卫生院 养老院 福利院 体育馆 博物馆 "
    "图书馆 文化站 林场 水库 灌区 河道 湿地 草原 矿区 边界路段 国道 省道 县道 农村公路 桥梁 隧道 公交站点 停车场 充电站 供热管网 "
    "燃气管道 污水厂 垃圾站 变电所 机房 数据中心 指挥中心 应急仓库 消防站 派出所 法庭 检察室 司法所 信访窗口"
).split()
ACTORS = (
    "企业 市民 群众 居民 学生 教师 家长 职工 干部 党员 农户 村民 患者 医护人员 老年人 儿童 妇女 残疾人 退役军人 游客 读者 学员 "
    "考生 用户 服务对象 受益对象 驾驶员 投资者 纳税人 种植户 养殖户 经销商 志愿者 网格员 社工 调解员 护林员 保洁员 巡河员 安全员 "
    "检测机构 合作社 行业协会 供应商 施工单位 监理单位 申请人 参保人员 低保对象 特困人员 困境儿童 失独家庭 务工人员 毕业生 科研人员 "
    "非遗传承人 运动员 裁判员 讲解员 编辑记者"
).split()
THINGS = (
    "热线 设备 校舍 图书 车辆 道路 路灯 管网 系统 平台 网站 档案 证照 资料 药品 疫苗 耗材 农膜 种子 化肥 农机 水泵 阀门 电梯 "
    "空调 监控 服务器 软件 课程 教材 展览 演出 赛事 培训 宣传 调研 检查 巡查 抽检 审计 评估 规划 设计 勘察 测绘 监理 验收 采购 "
    "维修 养护 绿化 保洁 消杀 清运 处置 回收 救助 补贴 奖补 贷款贴息 保险 租赁 物业 安保 食堂 水电 通信 印刷 会议 接待 招聘 "
    "征收 拆迁 安置 搬迁 修缮 加固 改造 扩建 新建 配套 信息化 智慧停车 视频会议 电子政务 数据共享 执法记录 法律援助 人民调解 "
    "社区矫正 禁毒 扫黑除恶 反诈 防汛 抗旱 防火 地震 气象 水文 环境监测 土壤修复 大气治理 噪声防治 生态补偿 退耕还林 草原管护 "
    "病虫害 动物防疫 屠宰监管 食品安全 药品监管 特种设备 计量检定 标准制定 专利 商标 招商引资 外贸 电商 旅游 文物 非遗 广播 "
    "电视 体育 健身 医保 养老 托育 助残 双拥 殡葬 地名 慈善 志愿服务 就业 创业 职称 人才 编制 工资 社保 劳动监察 仲裁"
).split()
ACTS = (
    "提升 保障 促进 推动 改善 完善 加强 优化 规范 落实 建立 健全 开展 组织 实施 完成 减少 降低 控制 消除 防止 缩短 简化 扩大 "
    "增加 提高 维护 巩固 拓展 深化 培育 引导 支持 服务 满足 解决 化解 确保 实现 带动"
).split()
QUALITIES = (
    "办事效率 服务水平 服务质量 运行安全 运行效率 使用年限 管理能力 应急能力 保障能力 供给能力 覆盖范围 参与程度 知晓程度 认可程度 "
    "获得感 幸福感 安全感 便捷程度 规范程度 透明程度 公平程度 稳定程度 健康水平 收入水平 生活质量 居住条件 出行条件 学习条件 "
    "工作环境 营商环境 人居环境 生态环境 市场秩序 交通秩序 社会秩序 文化生活 经济发展 产业升级 资源节约 能耗下降 成本下降 "
    "事故发生 矛盾纠纷 投诉数量 等候时间 办理时限 设备故障 重复建设 资金沉淀 信息孤岛"
).split()
MEASURES = (
    "完成率 合格率 及时率 覆盖率 达标率 准确率 办结率 接通率 发放率 验收率 使用率 利用率 知晓率 参与率 普及率 就业率 增长率 "
    "下降率 控制率 节约率 通过率 满意度 数量 人数 次数 场次 面积 里程 时间 天数 金额 成本 费用 标准 质量 期数 份数 户数 台数"
).split()
DEGREES = ("", "", "", "不断", "持续", "逐步", "进一步", "有效", "切实", "明显")
CHARACTERS = "新老大小东西南北中上下内外前后左右高低长短多少快慢全部分类级型式化性度量点线面体网库站所室厅园区段口岸"


def _phrase(draw: random.Random) -> str:
    pick, kind = draw.choice, draw.random()
    core = f"{pick(PLACES)}{pick(THINGS)}" if draw.random() < 0.6 else f"{pick(ACTORS)}{pick(THINGS)}"
    number = f"第{draw.randint(1, 400)}批" if draw.random() < 0.15 else ""
    if kind < 0.35:
        return f"{core}{number}{pick(MEASURES)}"
    if kind < 0.6:
        return f"{pick(DEGREES)}{pick(ACTS)}{core}{number}{pick(QUALITIES)}"
    if kind < 0.75:
        return f"{pick(ACTORS)}对{core}{pick(QUALITIES)}满意度"
    if kind < 0.9:
        return f"{pick(ACTS)}{core}{pick(THINGS)}，{pick(DEGREES)}{pick(ACTS)}{pick(ACTORS)}{pick(QUALITIES)}"
    tail = "，".join(f"{pick(ACTS)}{pick(PLACES)}{pick(THINGS)}{pick(QUALITIES)}" for _ in range(draw.randint(2, 4)))
    return f"保障{core}平稳、有序、高效运转，{tail}"


def _copied(draw: random.Random, text: str) -> str:
    """Write a phrase again with a few characters changed, left out or put in."""
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(text))
        put = draw.choice(("", draw.choice(CHARACTERS), draw.choice(DEGREES)))
        text = text[:at] + put + text[at + draw.randint(0, 1) :]
    return text


def phrases(count: int, seed: int = 7) -> list[str]:
    """Return `count` distinct phrases of 4 to 90 characters, one in twelve a changed copy of an earlier one."""
    draw, made = random.Random(seed), dict[str, None]()
    sources: list[str] = []
    while len(made) < count:
        text = _copied(draw, draw.choice(sources)) if sources and draw.random() < 1 / 12 else _phrase(draw)
        if len(text) >= 4 and text not in made:
            made[text] = None
            if len(sources) < 50_000:
                sources.append(text)
    return list(made)
